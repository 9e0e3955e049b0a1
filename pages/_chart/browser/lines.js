// Curves, areas, points and words at points.

import { isPowers, isZero, placed } from "./scales.js";
import { css, shades } from "./colours.js";
import { mark } from "./marks.js";
import { write } from "./rich.js";

const FAR = 30000; // px: as good as infinity, and within what a canvas can carry
const within = (px) => Math.max(-FAR, Math.min(FAR, px));
const APART = 16, LONG = 110; // px, between two marks of what is zero, and where it is zero all the way
const DASHES = { solid: [], dot: [1, 1], dash: [3, 3], longdash: [5, 5], dashdot: [3, 1, 1, 1] }; // in widths, at least 3 px

// px of the canvas; Plotly's names, or its own list of px
export function dashed(dash = "solid", width = 2, k = 1) {
  if (/px/.test(dash)) return dash.split(/[ ,]+/).map((one) => parseFloat(one) * k);
  return (DASHES[dash] ?? []).map((one) => one * Math.max(3, width) * k);
}

// [[x, y] in px, or null for a gap]; what is exactly zero on an axis of powers lies at its foot.
export function path(view, trace, { xaxis, yaxis }) {
  const { X, Y } = view, { x, y } = trace, out = new Array(Math.min(x?.length ?? 0, y?.length ?? 0));
  for (let i = 0; i < out.length; i++) {
    const [a, b] = [placed(xaxis, x[i]), placed(yaxis, y[i])];
    out[i] = Number.isFinite(a) && (Number.isFinite(b) || isZero(yaxis, b)) ? [within(X(a)), within(Y(b))] : null;
  }
  return out;
}

// Of a long curve that runs to the right, what can be told apart in a column of pixels: its first, lowest, highest and
// last point there.
export function thinned(points, width) {
  if (points.length < 4 * width) return points;
  const out = [];
  let column = null, first, low, high, last;
  const flush = () => {
    if (column !== null) out.push(...[...new Set([first, low, high, last])].sort((a, b) => a.i - b.i).map(({ at }) => at));
    column = null;
  };
  for (let i = 0, before = -Infinity; i < points.length; i++) {
    const at = points[i];
    if (!at) {
      flush();
      out.push(null);
      continue;
    }
    if (at[0] < before) return points;
    before = at[0];
    const one = { at, i };
    if (Math.floor(at[0]) !== column) {
      flush();
      column = Math.floor(at[0]);
      first = low = high = last = one;
    }
    if (at[1] > low.at[1]) low = one;
    if (at[1] < high.at[1]) high = one;
    last = one;
  }
  flush();
  return out;
}

function course(ctx, points) {
  ctx.beginPath();
  let pen = false;
  for (const at of points) {
    if (at) pen ? ctx.lineTo(at[0], at[1]) : ctx.moveTo(at[0], at[1]);
    pen = Boolean(at);
  }
}

export function scatter(view, trace, axes, { theme, fade = 1 }) {
  const { ctx, k } = view, points = path(view, trace, axes), mode = trace.mode ?? "lines";
  ctx.globalAlpha = (trace.opacity ?? 1) * fade;
  if (trace.fill === "toself") {
    course(ctx, points);
    ctx.fillStyle = theme.colour(trace.fillcolor);
    ctx.fill();
  }
  if (mode.includes("lines") && (trace.line?.width ?? 2) > 0) {
    const { color, width = 2, dash } = trace.line ?? {};
    course(ctx, thinned(points, view.bbox.width));
    Object.assign(ctx, { strokeStyle: theme.colour(color), lineWidth: width * k, lineJoin: "round", lineCap: "butt" });
    ctx.setLineDash(dashed(dash, width, k));
    ctx.stroke();
  }
  ctx.setLineDash([]);
  if (mode.includes("markers")) marks(view, trace, points, theme);
  else if (mode.includes("lines")) marks(view, lonely(trace), points.map((at, i) => (points[i - 1] || points[i + 1] ? null : at)), theme);
  ctx.globalAlpha = 1;
}

const nth = (value, i) => (Array.isArray(value) || ArrayBuffer.isView(value) ? value[i] : value);

function marks({ ctx, k }, { marker = {}, line }, points, theme) {
  const numbers = typeof nth(marker.color, 0) === "number";
  const shade = numbers && shades(marker.colorscale, marker.cmin, marker.cmax, theme.colour);
  points.forEach((at, i) => {
    const size = nth(marker.size, i) ?? 6;
    if (!at || !size) return;
    const own = nth(marker.color, i) ?? line?.color, colour = numbers ? css(shade(own)) : theme.colour(own);
    mark(ctx, nth(marker.symbol, i) ?? "circle", at[0], at[1], size * k, { colour, from: points[i - 1] ?? at,
      rim: marker.line?.color && theme.colour(marker.line.color), width: (marker.line?.width ?? 0) * k, k });
  });
}

// A point without a neighbour is a dot.
const lonely = ({ line }) => ({ line, marker: { size: Math.max(6, 2 * (line?.width ?? 2)) } });

// What is exactly zero, at the foot of its axis: a mark, unless the trace has its own, and what it is. Of many in a row
// the first is marked, and some.
//   told: where another trace has written its 0, px
export function zeros({ ctx, X, Y, k, bbox }, trace, { xaxis, yaxis }, { theme, ink, fade = 1 }, told) {
  if (!isPowers(yaxis)) return;
  const colour = theme.colour(trace.line?.color ?? nth(trace.marker?.color, 0)), own = trace.mode === "markers", foot = Y(-Infinity);
  let last = -Infinity, before = false;
  ctx.globalAlpha = (trace.opacity ?? 1) * fade;
  Array.from(trace.y ?? []).forEach((value, i) => {
    const x = X(placed(xaxis, trace.x[i])), first = !before;
    before = isZero(yaxis, placed(yaxis, value));
    if (!before || !(x >= bbox.left - k && x <= bbox.left + bbox.width + k) || Math.abs(x - last) < (first ? APART : LONG) * k) return;
    last = x;
    if (!own) mark(ctx, "triangle-down-open", x, foot, 9 * k, { colour, k });
    if (told.some(([a, b]) => Math.abs(a - x) < APART * k && b === foot)) return;
    told.push([x, foot]);
    write(ctx, "0", x, foot - 6 * k, { size: 13 * k, family: theme.family }, { colour: theme.colour(ink), align: "center", base: "bottom", halo: theme.background });
  });
  ctx.globalAlpha = 1;
}

// Words at points, over all curves.
export function words(view, trace, axes, { theme, ink, fade = 1 }) {
  if (!(trace.mode ?? "").includes("text")) return;
  const { ctx, k } = view, { size = 16, color = ink } = trace.textfont ?? {};
  ctx.globalAlpha = (trace.opacity ?? 1) * fade;
  path(view, trace, axes).forEach((at, i) => {
    const html = nth(trace.text, i);
    if (!at || !html) return;
    const [row, side] = (nth(trace.textposition, i) ?? "middle center").split(" ");
    const away = (trace.mode.includes("markers") ? (nth(trace.marker?.size, i) ?? 6) / 2 : 0) * k + 2 * k;
    write(ctx, html, at[0] + { left: -away, center: 0, right: away }[side], at[1] + { top: -away, middle: 0, bottom: away }[row],
      { size: size * k, family: theme.family }, { colour: theme.colour(nth(color, i)), align: { left: "right", center: "center", right: "left" }[side],
        base: { top: "bottom", middle: "middle", bottom: "top" }[row], halo: trace.mode.includes("markers") ? theme.background : null });
  });
  ctx.globalAlpha = 1;
}
