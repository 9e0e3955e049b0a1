// Zoom: by dragging a box or along one axis, moved with Shift, by two fingers, by keys; double click leads back.
// `chart.zoom` has the ends that the reader has chosen, by axis; they stay while frames come.

import { valueOf } from "./values.js";
import { TOUCH, far, inside, place, size } from "./hand.js";

const FLAT = 14; // px: a drag that is flatter, or narrower, zooms one axis alone
const CLOSE = 1e-4; // of a value: ticks have six digits, and the data as many and a little more
const SMALL = 1e-6, LARGE = 20; // of the whole axis

const height = ({ domain: [from, to] = [0, 1] }) => to - from; // of an axis, as a share of the plot

// Ends that can be drawn and told apart.
function bounded({ full }, [low, high]) {
  const most = full[1] - full[0], middle = low / 2 + high / 2;
  const length = Math.min(LARGE * most, Math.max(high - low, SMALL * most, CLOSE * Math.max(Math.abs(low), Math.abs(high))));
  const far = LARGE * most, at = Math.max(full[0] - far, Math.min(middle, full[1] + far));
  return [at - length / 2, at + length / 2];
}

function go(chart, ends, changed) {
  const { axes } = chart.state;
  chart.zoom = { ...chart.zoom, ...Object.fromEntries(Object.entries(ends).map(([id, pair]) => [id, bounded(axes[id], pair)])) };
  changed();
}

export function whole(chart, changed) {
  chart.zoom = {};
  changed();
}

// How far along an axis a place of the plot is, as a share, and how long the axis is, px.
function along(chart, { id, axis }, [x, y]) {
  const [across, up] = size(chart), share = id === "x" ? x / across : (1 - y / up - (axis.domain?.[0] ?? 0)) / height(axis);
  return [axis.autorange === "reversed" ? 1 - share : share, id === "x" ? across : up * height(axis)];
}

// What lies at a place of the plot, and how much a pixel is there, of each axis.
const grip = (chart, at) => Object.values(chart.state.axes).map((one) => {
  const [share, px] = along(chart, one, at), [low, high] = one.ends;
  return { id: one.id, value: low + share * (high - low), unit: (high - low) / px };
});

// The ends with which that lies at another place, and a pixel is so many times as much. The plot may have another size
// by now: where equal axes had room to spare.
const held = (chart, gripped, to, times = 1) => Object.fromEntries(gripped.map(({ id, value, unit }) => {
  const [share, px] = along(chart, chart.state.axes[id], to), length = unit * times * px;
  return [id, [value - share * length, value + (1 - share) * length]];
}));

// By keys: about a place of the plot, or its middle.
export function scaled(chart, times, at, changed) {
  const place = at ?? size(chart).map((px) => px / 2);
  go(chart, held(chart, grip(chart, place), place, times), changed);
}

// The box of a drag, [[left, right, whole], [top, bottom, whole]]; the whole of an axis along which it is flat.
function boxed(chart, start, stop) {
  const sizes = size(chart), within = (at) => at.map((px, i) => Math.max(0, Math.min(px, sizes[i])));
  const [a, b] = [within(start), within(stop)];
  return [0, 1].map((i) => {
    const [low, high] = [Math.min(a[i], b[i]), Math.max(a[i], b[i])];
    return high - low < FLAT ? [0, sizes[i], true] : [low, high, false];
  });
}

function into(chart, start, stop, changed) {
  const [[left, right, allX], [top, bottom, allY]] = boxed(chart, start, stop), { state } = chart, ends = {};
  const between = (id, one, two) => [one, two].map((px) => valueOf(chart, state, id, px)).sort((a, b) => a - b);
  if (!allX) ends.x = between("x", left, right);
  if (!allY) for (const id of Object.keys(state.axes).slice(1)) {
    const [low, high] = between(id, top, bottom), [from, to] = state.axes[id].ends;
    if (high > from && low < to) ends[id] = [Math.max(low, from), Math.min(high, to)];
  }
  if (state.equal && allX !== allY) { // the other axis follows, about the place of the drag
    const [other, i] = allX ? ["x", 0] : ["y", 1], own = ends[allX ? "y" : "x"], middle = valueOf(chart, state, other, start[i]);
    const sizes = size(chart), half = ((own[1] - own[0]) * sizes[i]) / sizes[1 - i] / 2;
    ends[other] = [middle - half, middle + half];
  }
  go(chart, ends, changed);
}

// Makes a chart hear the hand that zooms it.
//   changed(): to be drawn with another `chart.zoom`
export function listenToZoom(chart, changed) {
  const { plot } = chart;
  let from = null, moving = null;
  const select = ([left, right], [top, bottom]) => chart.u.setSelect({ left, top, width: right - left, height: bottom - top }, false);
  const stop = () => {
    if (from) select([0, 0], [0, 0]);
    from = null;
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.pointerType === TOUCH || event.button || !chart.u || !inside(chart, place(chart, event))) return;
    from = place(chart, event);
    moving = event.shiftKey ? grip(chart, from) : null;
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!from || !chart.u) return;
    const to = place(chart, event);
    if (moving) go(chart, held(chart, moving, to), changed);
    else if (far(from, to)) select(...boxed(chart, from, to));
    else select([0, 0], [0, 0]);
  });
  plot.addEventListener("pointerup", (event) => {
    if (from && !moving && far(from, place(chart, event))) into(chart, from, place(chart, event), changed);
    stop();
  });
  plot.addEventListener("pointercancel", stop);
  plot.addEventListener("dblclick", () => chart.u && whole(chart, changed));
  pinch(chart, changed);
}

// Two fingers: what lay under each stays under it. One scrolls the page (see touch-action in chart.css).
function pinch(chart, changed) {
  let start = null;
  const fingers = (event) => [...event.touches].map((touch) => place(chart, touch));
  const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], apart = ([a, b]) => Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
  chart.plot.addEventListener("touchstart", (event) => {
    if (event.touches.length !== 2 || !chart.u) return (start = null);
    event.preventDefault();
    chart.pinched = true; // what is pointed at meanwhile is not told
    start = { apart: apart(fingers(event)), gripped: grip(chart, middle(fingers(event))) };
  }, { passive: false });
  chart.plot.addEventListener("touchmove", (event) => {
    if (!start || event.touches.length !== 2) return;
    event.preventDefault();
    const now = fingers(event);
    go(chart, held(chart, start.gripped, middle(now), start.apart / apart(now)), changed);
  }, { passive: false });
  for (const end of ["touchend", "touchcancel"]) chart.plot.addEventListener(end, ({ touches }) => {
    start = null;
    if (!touches.length) setTimeout(() => { chart.pinched = false; });
  });
}
