// A chart's numbers as a file of comma-separated values (RFC 4180).

import { plain } from "./rich.js";
import { axisOf, idOf } from "./scales.js";

// What is drawn, a line a point: trace, x, a column for each upright axis, two for the bounds of bands and, of a map or a
// surface, z; heads from the axes. What has no name is called after the chart. What the reader has hidden is not in it.
export function table({ data, layout }, hidden = new Set()) {
  const drawn = data.filter((trace, i) => !hidden.has(i) && trace.visible !== false && trace.meta?.zeros_of === undefined);
  const ups = [...new Set(["y", ...drawn.map((trace) => idOf(trace, "y"))])].sort(), deep = drawn.some(({ z }) => z), banded = drawn.some(isBand);
  const rows = [["trace", head(layout, "x"), ...ups.map((id) => head(layout, id)), ...(banded ? ["low", "high"].map((end) => `${head(layout, "y")}, ${end}`) : []),
    ...(deep ? [depth(layout, drawn)] : [])]];
  for (const trace of drawn) {
    const name = plain(trace.name || layout.title?.text || "");
    const put = (x, y, { z = "", bounds = ["", ""] } = {}) => rows.push([name, x, ...ups.map((id) => (id === idOf(trace, "y") ? y : "")), ...(banded ? bounds : []), ...(deep ? [z] : [])]);
    const { x = [], y = [], z } = trace, n = Math.min(x.length, y.length);
    if (Array.isArray(z)) for (let i = 0; i < y.length; i++) for (let j = 0; j < x.length; j++) put(x[j], y[i], { z: trace.transpose ? z[j]?.[i] : z[i]?.[j] });
    else if (isBand(trace)) for (let i = 0; i < n / 2; i++) put(x[i], "", { bounds: [y[n - 1 - i], y[i]] });
    else for (let i = 0; i < n; i++) put(x[i], y[i], { z: z?.[i] });
  }
  return rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
}

// An area between two curves: along the upper one, and back along the lower.
const isBand = ({ fill, x = [] }) => fill === "toself" && x.length > 1 && x.length % 2 === 0 && x.every((at, i) => at === x[x.length - 1 - i]);

function head(layout, id) {
  const axis = layout.scene ? layout.scene[`${id}axis`] ?? {} : axisOf(layout, id), name = plain(axis.title?.text || id);
  return axis.tickprefix ? `log10 ${name}` : name;
}

function depth(layout, drawn) {
  const bar = drawn.find(({ colorbar }) => colorbar?.title)?.colorbar;
  if (layout.scene?.zaxis?.title?.text || !bar) return head(layout, "z");
  const powers = bar.ticktext?.some?.((text) => /<sup>/.test(text));
  return `${powers ? "log10 " : ""}${plain(bar.title.text)}`;
}

// A number as short as it is as float32, in which it came. Words that a spreadsheet would take for a formula are none.
function field(value) {
  if (typeof value === "number") return Number.isNaN(value) ? "" : Number.isFinite(value) ? String(Number(value.toPrecision(9))) : value < 0 ? "-inf" : "inf";
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
