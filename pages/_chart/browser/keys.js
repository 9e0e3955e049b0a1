// A chart by keyboard: one stop of the Tab key. The arrows go from point to point and say each, plus and minus zoom about
// it; Enter leads to the chart's buttons and names, Escape back.

import { point, spot } from "./values.js";
import { cell } from "./maps.js";
import { seenBy, tell, tellNothing } from "./tip.js";
import { scaled, whole } from "./zoom.js";
import { turned } from "./solid.js";

export const HELP = "Arrow keys read its values, plus and minus zoom, 0 shows it whole, Enter leads to its buttons.";
const FAR = 10; // points, with Page Up and Page Down

const readable = ({ state: { data, hidden } }) => data.map((trace, i) => i)
  .filter((i) => !hidden.has(i) && data[i].visible !== false && data[i].hoverinfo !== "skip" && data[i].x?.length && numbered(data[i]));
const isMap = (trace) => trace.z !== undefined;
const isNumber = (value) => typeof value === "number" && !Number.isNaN(value);
const numbered = ({ y, z }) => (z ? z.some((row) => row.some(isNumber)) : y?.some(isNumber));

export function listenToKeys(chart, picked, changed) {
  const { plot, box } = chart;
  plot.addEventListener("keydown", (event) => {
    if (!chart.u || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return leave(chart);
    if (event.key === "Enter") return focusOn(event, buttons(box)[0]);
    if (event.key === " " && chart.read) {
      event.preventDefault();
      return picked(chart.read);
    }
    if (event.key in ZOOMS) return zoom(chart, event, changed);
    const to = moved(chart, event.key);
    if (!to) return;
    event.preventDefault();
    read(chart, to);
  });
  chart.solid.addEventListener("keydown", (event) => {
    if (event.key === "Enter") focusOn(event, buttons(box)[0]);
    else if (turned(chart, event.key)) event.preventDefault();
  });
  plot.addEventListener("blur", () => leave(chart));
  box.addEventListener("keydown", (event) => {
    const all = buttons(box), at = all.indexOf(event.target);
    if (at < 0) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) focusOn(event, all[(at + step + all.length) % all.length]);
    if (event.key === "Escape") focusOn(event, stop(chart));
  });
}

const ZOOMS = { "+": 1 / 1.5, "=": 1 / 1.5, "-": 1.5, 0: null };

function zoom(chart, event, changed) {
  event.preventDefault();
  const times = ZOOMS[event.key], at = chart.read && spot(seenBy(chart), chart.state, chart.read);
  times ? scaled(chart, times, at, changed) : whole(chart, changed);
}

// Where the Tab key stops.
export const stop = ({ plot, solid }) => (plot.hidden ? solid : plot);

const buttons = (box) => [...box.querySelectorAll("button")].filter((button) => !button.hidden);

function focusOn(event, element) {
  event.preventDefault();
  event.stopPropagation();
  element?.focus();
}

function leave(chart) {
  if (!chart.read) return;
  chart.read = null;
  chart.says.textContent = "";
  tellNothing(chart);
}

function read(chart, one) {
  chart.read = one;
  chart.says.textContent = tell(chart, [one]);
}

// The point that was read is shown where it is now; it is not said again.
export function readAgain(chart) {
  if (!chart.read || !chart.u) return;
  const { index, i, j } = chart.read, trace = chart.state.data[index];
  if (!readable(chart).includes(index) || (j === undefined ? !(i < trace.x.length) : !(i < trace.y.length && j < trace.x.length))) return leave(chart);
  chart.read = point(chart.state, index, i, j);
  tell(chart, [chart.read]);
}

// The point that a key leads to, or nothing.
function moved(chart, key) {
  const { state } = chart, all = readable(chart), from = chart.read;
  if (!all.length || !/^(Arrow|Page|Home|End)/.test(key)) return null;
  if (!from || !all.includes(from.index)) return start(state, all[0]);
  const trace = state.data[from.index];
  if (isMap(trace)) return onMap(state, from, key);
  if (key === "ArrowUp" || key === "ArrowDown") return other(state, all, from, key === "ArrowDown" ? 1 : -1);
  const step = { ArrowRight: 1, ArrowLeft: -1, PageUp: FAR, PageDown: -FAR, Home: -Infinity, End: Infinity }[key];
  return point(state, from.index, along(trace, from.i, step));
}

function start(state, index) {
  const trace = state.data[index];
  if (!isMap(trace)) return point(state, index, along(trace, -1, 1));
  for (let i = 0; i < trace.y.length; i++) for (let j = 0; j < trace.x.length; j++) if (isNumber(cell(trace, i, j))) return point(state, index, i, j);
}

// Over what is not a number, to the next that is.
function along(trace, i, step) {
  const last = Math.min(trace.x.length, trace.y.length) - 1, way = Math.sign(step);
  let to = Math.max(0, Math.min(last, i + step));
  while (Number.isNaN(trace.y[to]) && to + way >= 0 && to + way <= last) to += way;
  return Number.isNaN(trace.y[to]) ? Math.max(0, Math.min(last, i)) : to;
}

// The next trace, at the x that is nearest.
function other(state, all, from, step) {
  const index = all[(all.indexOf(from.index) + step + all.length) % all.length], trace = state.data[index];
  if (isMap(trace)) return start(state, index);
  let best = 0;
  Array.from(trace.x).forEach((x, i) => { if (Math.abs(x - from.x) < Math.abs(trace.x[best] - from.x)) best = i; });
  return point(state, index, along(trace, best - 1, 1));
}

// The cell that a key leads to: over those that are no number, as beside a triangle, to the next that is one.
function onMap(state, { index, i, j }, key) {
  const trace = state.data[index], { x, y } = trace, up = state.layout.yaxis?.autorange === "reversed" ? -1 : 1;
  const [rows, columns] = [y.length, x.length], [down, across] = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [up, 0], ArrowDown: [-up, 0],
    PageUp: [0, FAR], PageDown: [0, -FAR], Home: [0, -columns], End: [0, columns] }[key];
  let [row, column] = [Math.max(0, Math.min(rows - 1, i + down)), Math.max(0, Math.min(columns - 1, j + across))];
  const far = Math.abs(across) > 1 ? -Math.sign(across) : Math.sign(across); // a long way ends before what is no number
  while (row >= 0 && row < rows && column >= 0 && column < columns) {
    if (isNumber(cell(trace, row, column))) return point(state, index, row, column);
    [row, column] = [row + Math.sign(down), column + far];
  }
  return point(state, index, i, j);
}
