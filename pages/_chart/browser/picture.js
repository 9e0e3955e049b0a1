// One figure as uPlot draws it: uPlot has the canvas, its scales, grid and sizes; what lies on them is painted here, in
// the order of the figure's traces. Its scales are shares of the plot, 0 to 1: it takes numbers of 17 digits at most,
// and an axis may end at 10^300.

import { axisOf, ends, idOf, isZero, ruled, stretched, ticks, wanted } from "./scales.js";
import { format, onAxis } from "./numbers.js";
import { measured, write } from "./rich.js";
import { BAR, bars, barTicks, colourBar, contour, heatmap, scaleOf } from "./maps.js";
import { dashed, scatter, words, zeros } from "./lines.js";
import { notes, rules } from "./notes.js";

const GAP = 6, ROW = 1.25; // px between plot and words; a line of them in sizes of its letters
const TITLE = 1.1; // of an axis, in sizes of the letters at its ticks
const GUESS = [70, 62], TRIES = 4; // px that axes take, to begin with; until that is right
const ZERO = 7; // px, from the foot of an axis to what is exactly zero
const PAINT = { heatmap, contour, bar: bars };

// What is to be drawn, worked out of a figure:
//   zoom: {x: [low, high], ...} where the reader has zoomed; hidden: indices of traces; size: [width, height] of plot and
//   axes, px; s: how many times as large as on the page
// Ticks go by the room that there is, and the room that there is by the words at the ticks.
export function picture({ data: told, layout }, { theme, zoom = {}, hidden = new Set(), size, s = 1, lit = null }) {
  const data = told.map(zeroCells(told)), shown = data.filter((trace, i) => trace.visible !== false && !hidden.has(i)), axes = {};
  for (const id of ["x", "y", ...("yaxis2" in layout ? ["y2"] : [])]) {
    const axis = axisOf(layout, id), own = shown.filter((trace) => idOf(trace, id[0]) === id);
    const full = ends(axis, own, id[0], ruled(layout, id)), chosen = zoom[id] ?? full;
    axes[id] = { id, axis, full, chosen, ends: chosen, whole: own.length > 0 && own.every((trace) => counts(trace, id[0])) };
  }
  const state = { layout, data, shown, hidden, axes, equal: Boolean(layout.yaxis?.scaleanchor), zoomed: Boolean(zoom.x ?? zoom.y), bar: scaleOf(shown), font: { size: layout.font.size * s, family: theme.family }, theme, s, lit, size };
  let inner = size.map((px, i) => px - GUESS[i] * s);
  for (let tries = 0; tries < TRIES; tries++) {
    lay(state, inner);
    const now = left(state), close = now.every((px, i) => Math.abs(px - inner[i]) < 1);
    inner = now;
    if (close) break;
  }
  return state;
}

// Ticks for a plot of so many px, and what equal axes leave free of them.
function lay(state, [width, height]) {
  const { axes, bar, font } = state;
  for (const one of Object.values(axes)) one.ends = one.chosen;
  state.spare = state.equal ? equal(axes, width, height, state.zoomed) : [0, 0];
  for (const one of Object.values(axes)) mark(one, one.id === "x" ? width - state.spare[0] : (height - state.spare[1]) * part(one.axis), font);
  state.marks = bar ? barTicks(bar, wanted("y", height), spelled(bar.colorbar)) : [];
}

// px that are left for a plot beside what is written around it.
function left(state) {
  const { size: [width, height], spare } = state;
  return [width - room(state, "y") - beside(state, 1) - beside(state, 3) + spare[0], height - room(state, "x") - beside(state, 0) - beside(state, 2) + spare[1]];
}

// As many pixels a unit on both axes: px that a plot has more than it needs, to be left free beside and above it. Where
// the reader has zoomed it has none: what lies beside the chosen part is shown.
function equal({ x, y }, width, height, zoomed) {
  const [dx, dy] = [x, y].map(({ ends: [low, high] }) => high - low), unit = Math.max(dx / width, dy / height);
  if (zoomed) for (const [one, px] of [[x, width], [y, height]]) {
    const middle = (one.ends[0] + one.ends[1]) / 2;
    one.ends = [middle - (unit * px) / 2, middle + (unit * px) / 2];
  }
  if (zoomed) return [0, 0];
  return [width - dx / unit, height - dy / unit];
}

// Whether all that a trace has on an axis are cells at whole numbers: then between them there is nothing to mark.
const counts = (trace, letter) => trace.type === "heatmap" && trace[letter].every((v) => Number.isInteger(v));
const part = ({ domain: [from, to] = [0, 1] }) => to - from;
const spelled = (axis) => (at, step) => (axis.type === "log" || axis.tickprefix || axis.tickformat ? power(axis, at)
  : Math.abs(at) < 1e-9 * (step ?? 0) ? "0" : tidy(at));

// A number at a tick; of a very large or very small one its power of ten apart.
function tidy(at) {
  const exponent = Math.floor(Math.log10(Math.abs(at)) + 1e-9);
  return !at || (exponent < 5 && exponent > -5) ? format("", at) : `${format("", at / 10 ** exponent)}·10<sup>${format("", exponent)}</sup>`;
}

function power(axis, at) {
  if (axis.type === "log") return Math.abs(at) < 5 ? onAxis(axis, at) : `10<sup>${format("", at)}</sup>`;
  return `${axis.tickprefix ?? ""}${format(axis.tickformat ?? "", at)}${axis.ticksuffix ?? ""}`;
}

// The ticks of an axis: as many as have room beside each other.
function mark(one, pixels, font) {
  const { axis, id } = one, across = id === "x";
  if (axis.visible === false || axis.showticklabels === false) return (one.ticks = []);
  let most = wanted(id[0], pixels);
  for (let tries = 0; tries < 5; tries++, most *= 0.7) {
    one.ticks = ticks(axis, one.ends, most, spelled(axis), one.whole ? 1 : 0);
    if (!across) break;
    const wide = one.ticks.reduce((sum, { text }) => sum + measured(RULER, text, font).width + font.size, 0);
    if (wide <= pixels || axis.tickvals || axis.dtick) break;
  }
  one.widest = Math.max(0, ...one.ticks.map(({ text }) => measured(RULER, text, font).width));
  one.tallest = Math.max(0, ...one.ticks.map(({ text }) => measured(RULER, text, font).height));
}

export const RULER = document.createElement("canvas").getContext("2d");

// A trace with meta.zeros_of = i shows the cells of heat map i that are -Infinity: exactly zero.
const cells = new WeakMap();
const zeroCells = (data) => (trace) => {
  if (trace.meta?.zeros_of === undefined) return trace;
  const { x, y, z } = data[trace.meta.zeros_of];
  if (!cells.has(z)) cells.set(z, z.map((row) => Array.from(row, (v) => (v === -Infinity ? 1 : null))));
  const zeros = cells.get(z);
  return { ...trace, x, y, z: zeros, visible: zeros.some((row) => row.includes(1)) };
};

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

// Where a value lies on its axis, and what lies there: shares of the whole plot, from the left or from the foot.
export function share({ ends, axis }, value) {
  const [low, high] = stretched(ends, axis.domain);
  return (value - low) / (high - low);
}

export function valueAt({ ends, axis }, share) {
  const [low, high] = stretched(ends, axis.domain);
  return low + share * (high - low);
}

// Draws it anew.
export function redraw(u, { size }) {
  u.batch(() => {
    if (u.width !== size[0] || u.height !== size[1]) u.setSize({ width: size[0], height: size[1] });
    u.redraw(false, true);
  });
}

// px that an axis takes; a second one of the same side lies over the first.
function room({ axes, font }, id) {
  const { axis, widest = 0, tallest = 0 } = axes[id], titled = axis.title?.text ? ROW * TITLE * font.size + GAP / 2 : 0;
  if (id === "y2") return 0;
  if (id === "x") return tallest + titled + (tallest ? GAP : 0);
  const both = Math.max(widest, axes.y2?.widest ?? 0);
  return both + titled + (both ? GAP : 0) + 2;
}

// px between the plot, its axes and the end of the canvas
function beside({ axes, spare, bar, marks, font, s }, side) {
  if (side === 0) return spare[1] + (bar?.colorbar.title?.text ? (ROW + 0.6) * font.size : font.size / 2);
  if (side === 2) return 2 * s;
  const toRight = axes.x.axis.constraintoward === "right";
  if (side === 3) return (axes.y.axis.visible === false ? 8 : 2) * s + spare[0] * (toRight ? 1 : 0.5);
  const last = axes.x.ticks.at(-1), free = toRight ? 0 : spare[0] / 2;
  if (bar) return free + (BAR.gap + BAR.thick + BAR.words + 4) * s + Math.max(0, ...marks.map(({ text }) => measured(RULER, text, font).width));
  return free + Math.max(12 * s, last ? measured(RULER, last.text, font).width / 2 : 0);
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

const on = (seen, trace) => ({ ...seen, Y: seen.ys[idOf(trace, "y")] });
const named = ({ layout }, trace) => ({ xaxis: axisOf(layout, idOf(trace, "x")), yaxis: axisOf(layout, idOf(trace, "y")) });

function clipped({ ctx, bbox: { left, top, width, height }, ys }, state, trace, paint) {
  const { ends: [low, high], axis } = state.axes[idOf(trace, "y")], Y = ys[idOf(trace, "y")];
  const [a, b] = axis.domain ? [Y(low), Y(high)] : [top + height, top];
  ctx.save();
  ctx.beginPath();
  if (trace.cliponaxis !== false) {
    ctx.rect(left, Math.min(a, b), width, Math.abs(a - b));
    ctx.clip();
  }
  paint();
  ctx.restore();
}

function below(seen, state) {
  seen.ctx.save();
  rules(seen, state, (rule) => rule.layer === "below");
  seen.ctx.restore();
}

function above(seen, state) {
  const { ctx } = seen, { theme, layout, lit } = state, ink = layout.font.color;
  ctx.save();
  const look = (trace) => ({ layout, ink, theme: { ...theme, dash: dashed, ink0: ink }, fade: lit && !trace.meta?.symbols?.includes(lit) ? 0.15 : 1 });
  for (const trace of state.shown) clipped(seen, state, trace, () =>
    (PAINT[trace.type] ? PAINT[trace.type](on(seen, trace), trace, look(trace)) : scatter(on(seen, trace), trace, named(state, trace), look(trace))));
  rules(seen, state, (rule) => rule.layer !== "below");
  const told = []; // px: where a 0 stands
  for (const trace of state.shown) if (trace.type === "scatter") zeros(on(seen, trace), trace, named(state, trace), look(trace), told);
  const taken = [];
  for (const trace of [...state.shown].reverse()) if (trace.type === "scatter")
    clipped(seen, state, trace, () => words(on(seen, trace), trace, named(state, trace), { ...look(trace), taken }));
  notes(seen, state);
  labelled(seen, state);
  if (state.bar) colourBar(seen, state.bar, state.marks, canvasFont(seen, state), look(state.bar).theme);
  ctx.restore();
}

// The same words in px of the canvas.
const canvasFont = (seen, { font, s }) => ({ ...font, size: (font.size / s) * seen.k });

// Words at the ticks and along the axes.
function labelled(seen, state) {
  const { ctx, k, X, ys, bbox: { left, top, width, height } } = seen, font = canvasFont(seen, state), foot = top + height;
  const large = { ...font, size: TITLE * font.size };
  const colour = state.theme.colour(state.layout.font.color);
  let free = -Infinity, lines = 0;
  for (const { at, text } of state.axes.x.ticks) {
    const size = measured(ctx, text, font), x = X(at);
    lines = Math.max(lines, size.height);
    if (x - size.width / 2 < free || x + size.width / 2 > ctx.canvas.width + 2 * k) continue;
    write(ctx, text, x, foot + GAP * k, font, { colour, align: "center", base: "top" });
    free = x + size.width / 2 + 4 * k;
  }
  const title = state.axes.x.axis.visible === false ? "" : state.axes.x.axis.title?.text;
  if (title) {
    const wide = measured(ctx, title, large).width / 2, middle = Math.max(wide, Math.min(left + width / 2, ctx.canvas.width - wide - k));
    write(ctx, title, middle, foot + lines + (lines ? GAP : GAP / 2) * k, large, { colour, align: "center", base: "top" });
  }
  const beside = Math.max(...Object.values(state.axes).slice(1).map(({ widest = 0 }) => widest * (k / state.s)));
  for (const { id, axis, ends, ticks: marks } of Object.values(state.axes).slice(1)) {
    if (axis.visible === false) continue;
    let next = null; // a label that would touch the one before is left out
    for (const { at, text } of marks) {
      const y = ys[id](at);
      if (next !== null && Math.abs(y - next) < font.size) continue;
      write(ctx, text, left - GAP * k, y, font, { colour, align: "right" });
      next = y;
    }
    if (axis.title?.text) sideways(seen, axis.title.text, left - beside - (beside ? GAP : 0) * k, (ys[id](ends[0]) + ys[id](ends[1])) / 2, Math.abs(ys[id](ends[0]) - ys[id](ends[1])), large, colour);
  }
}

// Upwards, to the left of a place; smaller where it is longer than the axis.
function sideways({ ctx, k }, text, right, middle, length, font, colour) {
  const { width } = measured(ctx, text, font), most = Math.min(2 * Math.min(middle, ctx.canvas.height - middle), length * 1.4);
  const fit = width > most ? { ...font, size: Math.max(0.7, most / width) * font.size } : font;
  ctx.save();
  ctx.translate(Math.max(fit.size * 0.7 + k, right - (GAP / 2) * k - fit.size * ROW / 2), middle);
  ctx.rotate(-Math.PI / 2);
  write(ctx, text, 0, 0, fit, { colour, align: "center" });
  ctx.restore();
}
