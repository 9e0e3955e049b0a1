// The reader's hand on a plot: values under the pointer, on all charts of the same axis; zoom by dragging, double click
// back, Shift to move; on a screen that is touched one finger scrolls the page and two zoom.

import { across, said, spot, under, valueOf } from "./values.js";
import { plain, show } from "./rich.js";
import { placed } from "./scales.js";
import { share, view } from "./picture.js";

const STILL = 5; // px: less is a click
const FLAT = 14; // px: a drag that is flatter, or narrower, zooms one axis alone

const axisName = (chart) => chart.state?.layout.xaxis?.title?.text;
export const seenBy = (chart) => view(chart.u, chart.state);

// Shows points of a chart: a ring at each and their words beside the first. Returns the words, for a reader aloud.
export function tell(chart, points, linked = false) {
  const { tip, rings, state } = chart, seen = seenBy(chart);
  while (rings.children.length > points.length) rings.lastChild.remove();
  while (rings.children.length < points.length) rings.append(document.createElement("i"));
  const lines = points.map((one, i) => {
    const [x, y] = spot(seen, state, one), [words, name] = said(state, one);
    rings.children[i].style.translate = `${x}px ${y}px`;
    rings.children[i].hidden = one.j !== undefined || !Number.isFinite(y);
    return name ? `${words} <b>${name}</b>` : words;
  });
  tip.hidden = !points.length;
  tip.classList.toggle("linked", linked);
  show(tip, lines.join("<br>"));
  if (points.length) beside(chart, spot(seen, state, points[0]));
  return lines.map(plain).join("; ");
}

// The words beside a place, on the side that has room.
function beside({ tip, u }, [x, y]) {
  const { clientWidth: width, clientHeight: height } = u.over, [w, h] = [tip.offsetWidth, tip.offsetHeight];
  const left = x + 14 + w <= width + 20 || x < width / 2 ? Math.min(x + 14, Math.max(0, width + 20 - w)) : x - 14 - w;
  tip.style.translate = `${Math.max(-u.over.offsetLeft, left)}px ${Math.max(-6, Math.min(y - h - 8, height - h))}px`;
}

export function tellNothing(chart) {
  chart.tip.hidden = true;
  chart.rings.replaceChildren();
  chart.line.hidden = true;
}

// The same x on the other charts over the same axis.
function link(chart, charts, x) {
  const name = axisName(chart);
  for (const other of charts.values()) {
    if (other === chart || !other.u || !other.root.isConnected || !name || axisName(other) !== name) continue;
    if (x === null) tellNothing(other);
    else {
      tell(other, across(seenBy(other), other.state, x), true);
      upright(other, x);
    }
  }
}

function upright(chart, x) {
  const at = share(chart.state.axes.x, x);
  chart.line.hidden = !(at >= 0 && at <= 1);
  chart.line.style.translate = `${chart.u.valToPos(at, "x")}px 0`;
}

// What the pointer is over, said again when the chart has been drawn anew.
export function point(chart, charts) {
  if (!chart.u || !chart.pointed) return;
  const [px, py] = chart.pointed, points = under(seenBy(chart), chart.state, px, py);
  tell(chart, points);
  const curve = points.find(({ fullData }) => fullData.type === "scatter");
  const x = curve ? placed(chart.state.layout.xaxis, curve.x) : valueOf(chart, chart.state, "x", px);
  chart.line.hidden = true;
  link(chart, charts, points.length ? x : null);
}

export function away(chart, charts) {
  if (!chart.pointed) return;
  chart.pointed = null;
  tellNothing(chart);
  link(chart, charts, null);
}

const place = (chart, event) => {
  const box = chart.u.over.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
const inside = (chart, [x, y]) => x >= 0 && y >= 0 && x <= chart.u.over.clientWidth && y <= chart.u.over.clientHeight;

// Makes a chart hear the reader's hand.
//   changed(): to be drawn with another `chart.zoom`; picked(point): a point was clicked
export function listen(chart, charts, changed, picked) {
  const { plot } = chart;
  let from = null, moving = null;
  plot.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button || !chart.u) return;
    from = place(chart, event);
    if (!inside(chart, from)) return (from = null);
    moving = event.shiftKey ? grip(chart) : null;
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!chart.u) return;
    const to = place(chart, event);
    if (event.pointerType === "touch" && !event.isPrimary) return;
    if (from && moving) pan(chart, moving, to[0] - from[0], to[1] - from[1], changed);
    else if (from && far(from, to)) frame(chart, from, to);
    chart.pointed = inside(chart, to) ? to : null;
    chart.pointed ? point(chart, charts) : (tellNothing(chart), link(chart, charts, null));
  });
  const end = (event) => {
    if (!from) return;
    const to = place(chart, event), start = from;
    from = null;
    chart.u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (moving) return;
    if (far(start, to)) zoomInto(chart, start, to, changed);
    else pick(chart, to, picked);
  };
  plot.addEventListener("pointerup", end);
  plot.addEventListener("pointercancel", () => { from = null; });
  plot.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && away(chart, charts));
  plot.addEventListener("dblclick", () => {
    chart.zoom = {};
    changed();
  });
  plot.addEventListener("click", (event) => {
    if (event.pointerType !== "touch" || !chart.u) return;
    chart.pointed = place(chart, event);
    point(chart, charts);
    pick(chart, chart.pointed, picked);
  });
  pinch(chart, changed);
}

const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) > STILL;

function pick(chart, at, picked) {
  const [one] = under(seenBy(chart), chart.state, ...at);
  if (one) picked(one);
}

const bounded = (chart, [x, y]) => [Math.max(0, Math.min(x, chart.u.over.clientWidth)), Math.max(0, Math.min(y, chart.u.over.clientHeight))];

// The rectangle of a drag; the whole of an axis along which it is flat.
function rectangle(chart, start, stop) {
  const [a, b] = [bounded(chart, start), bounded(chart, stop)], size = [chart.u.over.clientWidth, chart.u.over.clientHeight];
  return [0, 1].map((i) => {
    const [low, high] = [Math.min(a[i], b[i]), Math.max(a[i], b[i])];
    return high - low < FLAT ? [0, size[i], true] : [low, high, false];
  });
}

function frame(chart, a, b) {
  const [[left, right], [top, bottom]] = rectangle(chart, a, b);
  chart.u.setSelect({ left, top, width: right - left, height: bottom - top }, false);
}

function zoomInto(chart, a, b, changed) {
  const [[left, right, allX], [top, bottom, allY]] = rectangle(chart, a, b);
  const { state } = chart, between = (id, one, two) => [one, two].map((px) => valueOf(chart, state, id, px)).sort((a, b) => a - b);
  if (!allX) chart.zoom = { ...chart.zoom, x: between("x", left, right) };
  if (!allY) for (const id of Object.keys(state.axes).slice(1)) {
    const [low, high] = between(id, top, bottom), [from, to] = state.axes[id].ends;
    if (high > from && low < to) chart.zoom = { ...chart.zoom, [id]: [Math.max(low, from), Math.min(high, to)] };
  }
  changed();
}

// The ends of all axes as they are now.
const grip = ({ state }) => Object.fromEntries(Object.values(state.axes).map(({ id, ends }) => [id, ends]));

function pan(chart, start, dx, dy, changed) {
  const { u, state } = chart, turned = (id) => (state.axes[id].axis.autorange === "reversed" ? -1 : 1);
  const moved = (id, share) => start[id].map((end) => end + turned(id) * share * (start[id][1] - start[id][0]));
  chart.zoom = Object.fromEntries(Object.keys(start).map((id) => [id,
    id === "x" ? moved(id, -dx / u.over.clientWidth) : moved(id, dy / (u.over.clientHeight * size(state.axes[id].axis)))]));
  changed();
}

const size = ({ domain: [from, to] = [0, 1] }) => to - from;

// Two fingers: what lay under each stays under it.
function pinch(chart, changed) {
  let start = null;
  const fingers = (event) => [...event.touches].map((touch) => place(chart, touch));
  const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], apart = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  chart.plot.addEventListener("touchstart", (event) => {
    if (event.touches.length !== 2 || !chart.u) return (start = null);
    event.preventDefault();
    start = { at: middle(fingers(event)), apart: apart(fingers(event)), ends: grip(chart) };
  }, { passive: false });
  chart.plot.addEventListener("touchmove", (event) => {
    if (!start || event.touches.length !== 2) return;
    event.preventDefault();
    const now = fingers(event), times = start.apart / Math.max(1, apart(now)), [mx, my] = middle(now), { u, state } = chart;
    chart.zoom = Object.fromEntries(Object.entries(start.ends).map(([id, [low, high]]) => {
      const x = id === "x", length = x ? u.over.clientWidth : u.over.clientHeight * size(state.axes[id].axis);
      const turned = x !== (state.axes[id].axis.autorange === "reversed"), share = (px) => (turned ? px / length : 1 - px / length);
      const held = low + share(x ? start.at[0] : start.at[1]) * (high - low), whole = (high - low) * times;
      const from = held - share(x ? mx : my) * whole;
      return [id, [from, from + whole]];
    }));
    changed();
  }, { passive: false });
  chart.plot.addEventListener("touchend", () => { start = null; });
}
