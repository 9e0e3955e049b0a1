// What a chart is told: the whole figure, or a patch from an earlier frame (see patch.py).

import { stillHidden } from "./legend.js";
import { axisOf, edges, idOf, placed } from "./scales.js";

// {"f4": base64, "shape": [...]} -> Float32Array, or an array of them for two dimensions
function decoded(value) {
  if (Array.isArray(value)) return value.map(decoded);
  if (value === null || typeof value !== "object") return value;
  if (value.f4 === undefined) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, decoded(v)]));
  const text = atob(value.f4), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i); // 20 times as fast as Uint8Array.from
  const flat = new Float32Array(bytes.buffer);
  if (value.shape.length < 2) return flat;
  const [rows, columns] = value.shape;
  return Array.from({ length: rows }, (_, i) => flat.subarray(i * columns, (i + 1) * columns));
}

function joined(old, from, tail) {
  if (!(old instanceof Float32Array)) return [...old.slice(0, from), ...tail];
  const out = new Float32Array(from + tail.length);
  out.set(old.subarray(0, from));
  out.set(tail, from);
  return out;
}

const windows = ({ layout } = { layout: {} }) => Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name))
  .map(([name, { range }]) => [name.replace("axis", ""), JSON.stringify(range)]);

// Whether something that speaks of its own points lies in the part that the reader has zoomed: a cell, a bar, a point or
// what joins two. A level or an outline, which says no more than its name, is not what one looks for there.
function inZoom({ spec, zoom, hidden }) {
  const overlap = (id, a, b) => !zoom[id] || (Math.max(a, b) >= zoom[id][0] && Math.min(a, b) <= zoom[id][1]);
  return spec.data.some((trace, index) => {
    if (hidden.has(index) || trace.visible === false || trace.hoverinfo || !trace.x?.length || !trace.y?.length) return false;
    const [x, y] = ["x", "y"].map((letter) => Array.from(trace[letter], (v) => placed(axisOf(spec.layout, idOf(trace, letter)), v)));
    if (trace.z) return [["x", x], ["y", y]].every(([id, at]) => overlap(id, edges(at)[0], edges(at).at(-1)));
    const from = (i) => (trace.type === "bar" ? 0 : Number.isFinite(y[i - 1]) ? y[i - 1] : y[i]), foot = idOf(trace, "y");
    return x.some((v, i) => overlap("x", x[i - 1] ?? v, v) && (y[i] === -Infinity || (Number.isFinite(y[i]) && overlap(foot, from(i), y[i]))));
  });
}

// Where the page itself moves the window of an axis, that takes the place of the reader's zoom; and where all that was in
// it has gone, the whole is shown.
export function apply(chart, message) {
  const zoomed = Object.keys(chart.zoom).length > 0, filled = zoomed && inZoom(chart);
  const before = Object.fromEntries(windows(chart.spec));
  if (message.figure) whole(chart, message);
  else change(chart.spec, message.patch);
  for (const [id, range] of windows(chart.spec)) if (id in before && range !== before[id]) delete chart.zoom[id];
  if (filled && !inZoom(chart)) chart.zoom = {};
}

function whole(chart, { figure, dark }) {
  const before = chart.spec?.data ?? [];
  chart.spec = decoded(figure);
  chart.hidden = stillHidden(chart.hidden, before, chart.spec.data);
  chart.dark = dark;
  chart.theme = null;
}

function change({ data, layout }, { traces, layout: changed }) {
  for (const [i, values] of Object.entries(traces)) {
    const trace = { ...data[i] };
    for (const [name, value] of Object.entries(values)) {
      const extended = value !== null && typeof value === "object" && value.from !== undefined;
      trace[name] = extended ? joined(trace[name], value.from, decoded(value.tail)) : decoded(value);
    }
    data[i] = trace;
  }
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) delete layout[name];
    else layout[name] = decoded(value);
  }
}
