// What a chart says of a place: the points there, and their words.

import { axisOf, edges, idOf, placed } from "./scales.js";
import { filled, onAxis } from "./numbers.js";
import { cell } from "./maps.js";
import { valueAt } from "./picture.js";

const NEAR = 30; // px, from the pointer to a point that it means
const MOST = 8; // lines of words: seven lanes of a race, and the gradient of an LSTM's cells

const speaks = (trace) => trace.hoverinfo !== "skip" && trace.visible !== false;
const runs = new WeakMap(); // of arrays: whether they only grow

function rising(x) {
  if (!runs.has(x)) runs.set(x, x.every((v, i) => !i || v >= x[i - 1]));
  return runs.get(x);
}

// What can be said of point i of a trace.
export function point(state, index, i, j) {
  const trace = state.data[index], nth = (value) => (Array.isArray(value) || ArrayBuffer.isView(value) ? value[i] : value);
  if (j === undefined) return { index, i, x: trace.x[i], y: trace.y[i], text: nth(trace.text), customdata: nth(trace.customdata), fullData: trace };
  const of = (rows) => rows?.[i]?.[j];
  return { index, i, j, x: trace.x[j], y: trace.y[i], z: cell(trace, i, j), text: of(trace.text), customdata: of(trace.customdata), fullData: trace };
}

// HTML of what a point says: [words, name]
export function said({ layout }, { fullData: trace, ...one }) {
  const axis = (letter) => axisOf(layout, idOf(trace, letter));
  const words = { x: onAxis(axis("x"), placed(axis("x"), one.x)), y: onAxis(axis("y"), placed(axis("y"), one.y)) };
  if (trace.hovertemplate) return filled(trace.hovertemplate, { ...one, fullData: trace }, words);
  if (trace.hoverinfo === "name+y") return [words.y, trace.name ?? ""];
  if (trace.hoverinfo === "name") return [trace.name ?? "", ""];
  return [`${words.x}: ${words.y}`, trace.name ?? ""];
}

const lines = (state) => state.data.map((trace, index) => ({ trace, index }))
  .filter(({ trace, index }) => trace.type === "scatter" && speaks(trace) && !state.hidden.has(index) && size(trace));

// Where a point stands, px of the page from the corner of the plot.
export function spot(seen, state, { x, y, fullData: trace }) {
  const at = spotter(seen, state, trace);
  return [at.x(x), at.y(y)];
}

function spotter({ ys, X, bbox: { left, top, height } }, { layout }, trace) {
  const ratio = uPlot.pxRatio, Y = ys[idOf(trace, "y")], [xaxis, yaxis] = [axisOf(layout, idOf(trace, "x")), axisOf(layout, idOf(trace, "y"))];
  return { x: (v) => (X(placed(xaxis, v)) - left) / ratio, y: (v) => Math.min(Math.max((Y(placed(yaxis, v)) - top) / ratio, 0), height / ratio) };
}

const size = ({ x, y }) => Math.min(x?.length ?? 0, y?.length ?? 0);

// The value of an axis at a place of the plot, px of the page from its left or its top.
export const valueOf = ({ u }, { axes }, id, px) => valueAt(axes[id], u.posToVal(px, id));

// The points at a place of the plot, px: the nearest first, and those of other traces at the same x; or the cell, or
// the bar there; or of curves that run to the right what they are at that x.
export function under(seen, state, px, py) {
  let best = null;
  for (const { trace, index } of lines(state)) {
    const at = spotter(seen, state, trace);
    for (let i = 0; i < size(trace); i++) {
      const aside = Math.abs(at.x(trace.x[i]) - px);
      if (!(aside <= NEAR)) continue;
      const far = Math.hypot(aside, at.y(trace.y[i]) - py);
      if (far <= NEAR && !(far >= (best?.far ?? Infinity))) best = { far, index, i };
    }
  }
  const area = best?.far > 8 || !best ? areas(seen, state, px, py) : null;
  if (area) return [area];
  if (best) return withOthers(seen, state, point(state, best.index, best.i));
  return across(seen, state, valueOf(seen, state, "x", px));
}

function withOthers(seen, state, one) {
  const [x] = spot(seen, state, one);
  const others = rising(one.fullData.x) ? across(seen, state, placed(state.layout.xaxis, one.x))
    .filter((other) => other.index !== one.index && Math.abs(spot(seen, state, other)[0] - x) <= 1) : [];
  return [one, ...others].slice(0, MOST);
}

function areas(seen, state, px, py) {
  for (let index = state.data.length - 1; index >= 0; index--) {
    const trace = state.data[index];
    if (!speaks(trace) || state.hidden.has(index)) continue;
    const [x, y] = [valueOf(seen, state, "x", px), valueOf(seen, state, idOf(trace, "y"), py)];
    if (trace.type === "bar") {
      const i = Array.from(trace.x).findIndex((middle, k) => Math.abs(x - middle) <= (trace.width?.[k] ?? trace.width ?? 0.8) / 2);
      if (i >= 0 && trace.y[i]) return point(state, index, i);
    } else if (trace.type !== "scatter") {
      const [i, j] = [at(trace.y, y), at(trace.x, x)];
      if (i !== null && j !== null && Number.isFinite(cell(trace, i, j))) return point(state, index, i, j);
    }
  }
  return null;
}

function at(middles, value) {
  const ends = edges(middles), up = ends.at(-1) >= ends[0];
  for (let i = 0; i + 1 < ends.length; i++) if (up ? value >= ends[i] && value <= ends[i + 1] : value <= ends[i] && value >= ends[i + 1]) return i;
  return null;
}

// Of each curve that runs to the right its point nearest to x, an axis' value, as long as x is within it.
export function across(seen, state, x) {
  const out = [];
  for (const { trace, index } of lines(state)) {
    if (!rising(trace.x)) continue;
    const axis = axisOf(state.layout, idOf(trace, "x"));
    let best = null;
    for (let i = 0; i < size(trace); i++) {
      const far = Math.abs(placed(axis, trace.x[i]) - x);
      if (!Number.isNaN(trace.y[i]) && far < (best?.far ?? Infinity)) best = { far, i };
    }
    const close = best && Math.abs(spot(seen, state, { x: trace.x[best.i], y: 0, fullData: trace })[0] - pixels(seen, x));
    if (best && close <= NEAR) out.push(point(state, index, best.i));
  }
  return out.slice(0, MOST);
}

const pixels = ({ X, bbox }, x) => (X(x) - bbox.left) / uPlot.pxRatio;
