// What is to be drawn of a figure: its axes with their ends and ticks, and the room that each thing takes.

import { ENDS, axisOf, ends, idOf, isPowers, ruled, stretched, ticks, wanted } from "./scales.js";
import { format, onAxis } from "./numbers.js";
import { measured } from "./rich.js";
import { BAR, barTicks, scaleOf } from "./maps.js";

export const GAP = 6, ROW = 1.25; // px between plot and words; a line of them in sizes of its letters
export const TITLE = 1.1; // of an axis, in sizes of the letters at its ticks
const GUESS = [70, 62], TRIES = 4; // px that axes take, to begin with; until that is right

// What is to be drawn, worked out of a figure:
//   zoom: {x: [low, high], ...} where the reader has zoomed; hidden: indices of traces; size: [width, height] of plot and
//   axes, px; s: how many times as large as on the page; before: the axes of the last picture, whose ends an axis keeps
//   on which nothing is left
// Ticks go by the room that there is, and the room that there is by the words at the ticks.
export function picture({ data: told, layout }, { theme, zoom = {}, hidden = new Set(), size, s = 1, lit = null, before = null }) {
  const data = told.map(zeroCells(told)), shown = data.filter((trace, i) => trace.visible !== false && !hidden.has(i)), axes = {};
  for (const id of ["x", "y", ...("yaxis2" in layout ? ["y2"] : [])]) {
    const axis = axisOf(layout, id), own = shown.filter((trace) => idOf(trace, id[0]) === id);
    const found = ends(axis, own, id[0], ruled(layout, id)), full = found === ENDS ? last(before?.[id], axis) : found, chosen = zoom[id] ?? full;
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

const last = (one, axis) => (one && isPowers(one.axis) === isPowers(axis) ? one.full : ENDS);

// Ticks for a plot of so many px, and what equal axes leave free of them.
function lay(state, [width, height]) {
  const { axes, bar, s } = state;
  for (const one of Object.values(axes)) one.ends = one.chosen;
  state.spare = state.equal ? equal(axes, width, height, state.zoomed) : [0, 0];
  for (const one of Object.values(axes)) mark(one, one.id === "x" ? width - state.spare[0] : (height - state.spare[1]) * part(one.axis), state);
  state.marks = bar ? barTicks(bar, wanted("y", height / s), spelled(bar.colorbar)) : [];
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

// The ticks of an axis: as many as have room beside each other, and as on the page where all is larger.
function mark(one, pixels, { font, s }) {
  const { axis, id } = one, across = id === "x";
  if (axis.visible === false || axis.showticklabels === false) return (one.ticks = []);
  let most = wanted(id[0], pixels / s);
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

// Where a value lies on its axis, and what lies there: shares of the whole plot, from the left or from the foot.
export function share({ ends, axis }, value) {
  const [low, high] = stretched(ends, axis.domain);
  return (value - low) / (high - low);
}

export function valueAt({ ends, axis }, share) {
  const [low, high] = stretched(ends, axis.domain);
  return low + share * (high - low);
}

// px that an axis takes; a second one of the same side lies over the first.
export function room({ axes, font, s }, id) {
  const { axis, widest = 0, tallest = 0 } = axes[id], gap = GAP * s, titled = axis.title?.text ? ROW * TITLE * font.size + gap / 2 : 0;
  if (id === "y2") return 0;
  if (id === "x") return tallest + titled + (tallest ? gap : 0);
  const both = Math.max(widest, axes.y2?.widest ?? 0);
  return both + titled + (both ? gap : 0) + 2 * s;
}

// px between the plot, its axes and the end of the canvas
export function beside({ axes, spare, bar, marks, font, s }, side) {
  if (side === 0) return spare[1] + (bar?.colorbar.title?.text ? (ROW + 0.6) * font.size : font.size / 2);
  if (side === 2) return 2 * s;
  const toRight = axes.x.axis.constraintoward === "right";
  if (side === 3) return (axes.y.axis.visible === false ? 8 : 2) * s + spare[0] * (toRight ? 1 : 0.5);
  const last = axes.x.ticks.at(-1), free = toRight ? 0 : spare[0] / 2;
  if (bar) return free + (BAR.gap + BAR.thick + BAR.words + 4) * s + Math.max(0, ...marks.map(({ text }) => measured(RULER, text, font).width));
  return free + Math.max(12 * s, last ? measured(RULER, last.text, font).width / 2 : 0);
}
