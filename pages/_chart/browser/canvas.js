// A figure on a canvas: uPlot has its scales, grid and sizes, and asks for what lies on them (layers.js). Its scales are
// shares of the plot, 0 to 1: it takes numbers of 17 digits at most, and an axis may end at 10^300.

import { axisOf, isZero, stretched } from "./scales.js";
import { beside, room, share } from "./picture.js";
import { above, below } from "./layers.js";

const ZERO = 7; // px, from the foot of an axis to what is exactly zero

// What a plot cannot change once it is made.
export function structure({ axes, bar, s }) {
  return [...Object.values(axes).map(({ id, axis }) => `${id} ${axis.visible} ${axis.autorange} ${axis.showgrid}`), Boolean(bar), s].join();
}

// A plot in an element of the page, which draws whatever `now()` is.
export function plotted(root, now, size) {
  const state = now(), grid = (id) => ({ show: axisOf(state.layout, id).showgrid !== false, width: state.s,
    stroke: () => now().theme.colour(axisOf(now().layout, id).gridcolor) });
  const axis = (id, side) => ({
    scale: id, side, grid: grid(id), ticks: { show: false }, gap: 0, font: `${state.font.size}px ${state.theme.family}`,
    show: state.axes[id].axis.visible !== false,
    incrs: () => [10], splits: () => now().axes[id].ticks.map(({ at }) => share(now().axes[id], at)), filter: (_, splits) => splits,
    values: (_, splits) => splits.map(() => null), size: () => room(now(), id) });
  const scale = (id) => [id, { time: false, auto: false, dir: state.axes[id].axis.autorange === "reversed" ? -1 : 1,
    range: () => [0, 1] }];
  const ids = Object.keys(state.axes);
  return new uPlot({
    width: size[0], height: size[1], pxAlign: 0, legend: { show: false }, cursor: { show: false }, select: { show: true },
    padding: [0, 1, 2, 3].map((side) => () => beside(now(), side)),
    scales: Object.fromEntries(ids.map(scale)), axes: ids.map((id) => axis(id, id === "x" ? 2 : 3)),
    series: [{ scale: "x" }, ...ids.slice(1).map((id) => ({ scale: id, show: false }))],
    hooks: { drawAxes: [(u) => below(view(u, now()), now())], draw: [(u) => above(view(u, now()), now())] },
  }, [[0, 1], ...ids.slice(1).map(() => [null, null])], root);
}

// Draws it anew.
export function redraw(u, { size }) {
  u.batch(() => {
    if (u.width !== size[0] || u.height !== size[1]) u.setSize({ width: size[0], height: size[1] });
    u.redraw(false, true);
  });
}

// Places of the canvas for values of the axes, px.
export function view(u, state) {
  const k = uPlot.pxRatio * state.s, { left, top, width, height } = u.bbox;
  const along = (id, from, length, up) => {
    const one = state.axes[id], [low, high] = stretched(one.ends, one.axis.domain), turned = (one.axis.autorange === "reversed") !== up;
    const at = (value) => from + (turned ? (high - value) / (high - low) : (value - low) / (high - low)) * length;
    const zero = isZero(one.axis, -Infinity) ? at(one.ends[0]) - ZERO * k : NaN;
    return (value) => (value === -Infinity ? zero : at(value));
  };
  const axes = { X: along("x", left, width, false) };
  for (const id of Object.keys(state.axes).slice(1)) axes[id] = along(id, top, height, true);
  return { u, ctx: u.ctx, k, bbox: u.bbox, X: axes.X, ys: axes };
}
