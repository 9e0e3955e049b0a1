// Curves, areas, points and words at points.

import { isPowers, isZero, placed } from "./scales.js";
import { css, shades } from "./colours.js";
import { mark } from "./marks.js";
import { measured, write } from "./rich.js";

const SMALLEST = 0.7; // of the size of words
const MANY = 200; // points, whose corners nobody sees
const FAR = 30000; // px: as good as infinity, and within what a canvas can carry
const within = (px) => Math.max(-FAR, Math.min(FAR, px));
const APART = 16, LONG = 110; // px, between two marks of what is zero, and where it is zero all the way
const DASHES = { solid: [], dot: [1, 1], dash: [3, 3], longdash: [5, 5], dashdot: [3, 1, 1, 1] }; // in widths, at least 3 px

// px of the canvas; Plotly's names, or its own list of px
export function dashed(dash = "solid", width = 2, k = 1) {
  if (/px/.test(dash)) return dash.split(/[ ,]+/).map((one) => parseFloat(one) * k);
  return (DASHES[dash] ?? []).map((one) => one * Math.max(3, width) * k);
}

// Where the points of a trace stand, px: {x, y}, numbers that are not finite for a gap; what is exactly zero on an axis
// of powers lies at its foot.
export function path({ X, Y }, { x: across, y: up }, { xaxis, yaxis }) {
  const n = Math.min(across?.length ?? 0, up?.length ?? 0), x = new Float64Array(n), y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const a = placed(xaxis, across[i]), b = placed(yaxis, up[i]);
    x[i] = within(X(a));
    y[i] = Number.isFinite(a) && (Number.isFinite(b) || isZero(yaxis, b)) ? within(Y(b)) : NaN;
  }
  return { x, y };
}

// Of a long curve that runs to the right, what can be told apart in a column of pixels: its lowest and highest point
// there, one after the other as they come.
export function thinned({ x, y }, width) {
  const n = x.length, out = { x: [], y: [] };
  if (n < 2 * width) return { x, y };
  const put = (i) => { out.x.push(x[i]); out.y.push(y[i]); };
  for (let i = 0, low, high; i < n; i++) {
    if (i && x[i] < x[i - 1]) return { x, y };
    if (Number.isNaN(y[i])) { // a gap
      put(i);
      continue;
    }
    low = high = i;
    for (const column = Math.floor(x[i]); Math.floor(x[i + 1]) === column && y[i + 1] === y[i + 1]; i++) {
      if (x[i + 1] < x[i]) return { x, y };
      if (y[i + 1] > y[low]) low = i + 1;
      if (y[i + 1] < y[high]) high = i + 1;
    }
    put(Math.min(low, high));
    if (low !== high) put(Math.max(low, high));
  }
  return out;
}

function course(ctx, { x, y }) {
  ctx.beginPath();
  for (let i = 0, pen = false; i < x.length; i++) {
    if (Number.isNaN(y[i])) pen = false;
    else if (pen) ctx.lineTo(x[i], y[i]);
    else {
      ctx.moveTo(x[i], y[i]);
      pen = true;
    }
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
    const line = thinned(points, view.bbox.width);
    course(ctx, line);
    Object.assign(ctx, { strokeStyle: theme.colour(color), lineWidth: width * k, lineJoin: line.x.length > MANY ? "bevel" : "round", lineCap: "butt" });
    ctx.setLineDash(dashed(dash, width, k));
    ctx.stroke();
  }
  ctx.setLineDash([]);
  if (mode.includes("markers")) marks(view, trace, points, theme);
  else if (mode.includes("lines")) marks(view, dotted(trace), alone(points), theme);
  ctx.globalAlpha = 1;
}

const nth = (value, i) => (Array.isArray(value) || ArrayBuffer.isView(value) ? value[i] : value);

function marks({ ctx, k }, { marker = {}, line }, points, theme) {
  const numbers = typeof nth(marker.color, 0) === "number";
  const shade = numbers && shades(marker.colorscale, marker.cmin, marker.cmax, theme.colour);
  points.x.forEach((x, i) => {
    const size = nth(marker.size, i) ?? 6, y = points.y[i];
    if (Number.isNaN(y) || !size) return;
    const before = i && !Number.isNaN(points.y[i - 1]) ? i - 1 : i;
    const own = nth(marker.color, i) ?? line?.color, colour = numbers ? css(shade(own)) : theme.colour(own);
    mark(ctx, nth(marker.symbol, i) ?? "circle", x, y, size * k, { colour, from: [points.x[before], points.y[before]],
      rim: marker.line?.color && theme.colour(marker.line.color), width: (marker.line?.width ?? 0) * k, k });
  });
}

// A point without a neighbour is a dot.
const alone = ({ x, y }) => ({ x, y: y.map((one, i) => (isNaN(y[i - 1]) && isNaN(y[i + 1]) ? one : NaN)) });
const dotted = ({ line }) => ({ line, marker: { size: Math.max(6, 2 * (line?.width ?? 2)) } });

// What is exactly zero, at the foot of its axis: a mark, unless the trace has its own, and what it is. Of many in a row
// the first is marked, and some.
//   told: where another trace has written its 0, px
export function zeros({ ctx, X, Y, k, bbox }, trace, { xaxis, yaxis }, { theme, ink, fade = 1 }, told) {
  if (!isPowers(yaxis)) return;
  const colour = theme.colour(trace.line?.color ?? nth(trace.marker?.color, 0)), own = trace.mode === "markers", foot = Y(-Infinity);
  let last = -Infinity, before = false;
  ctx.globalAlpha = (trace.opacity ?? 1) * fade;
  Array.from(trace.y ?? []).forEach((value, i) => {
    const first = !before;
    before = isZero(yaxis, placed(yaxis, value));
    if (!before) return;
    const x = X(placed(xaxis, trace.x[i]));
    if (!(x >= bbox.left - k && x <= bbox.left + bbox.width + k) || Math.abs(x - last) < (first ? APART : LONG) * k) return;
    last = x;
    if (!own) mark(ctx, "triangle-down-open", x, foot, 9 * k, { colour, k });
    if (told.some(([a, b]) => Math.abs(a - x) < APART * k && b === foot)) return;
    told.push([x, foot]);
    write(ctx, "0", x, foot - 6 * k, { size: 13 * k, family: theme.family }, { colour: theme.colour(ink), align: "center", base: "bottom", halo: theme.background });
  });
  ctx.globalAlpha = 1;
}

// Words at points, over all curves. Where words of markers would lie on others, `taken`, they step aside, or are left
// out: the markers say them when they are pointed at. Words without markers are smaller where they would touch.
export function words(view, trace, axes, { theme, ink, fade = 1, taken }) {
  if (!(trace.mode ?? "").includes("text")) return;
  const { ctx, k } = view, { size = 16, color = ink } = trace.textfont ?? {}, font = { size: size * k, family: theme.family };
  const marked = trace.mode.includes("markers"), halo = marked ? theme.background : null, points = path(view, trace, axes);
  if (!marked) font.size *= fitting(ctx, trace, points, font);
  ctx.globalAlpha = (trace.opacity ?? 1) * fade;
  points.x.forEach((px, i) => {
    const html = nth(trace.text, i);
    if (Number.isNaN(points.y[i]) || !html) return;
    const [row, side] = (nth(trace.textposition, i) ?? "middle center").split(" ");
    const away = (marked ? (nth(trace.marker?.size, i) ?? 6) / 2 : 0) * k + 2 * k;
    const x = px + { left: -away, center: 0, right: away }[side], y = points.y[i] + { top: -away, middle: 0, bottom: away }[row];
    const step = marked ? aside(taken, x, y, measured(ctx, html, font).width, font.size) : 0;
    if (step !== null) write(ctx, html, x, y + step, font, { colour: theme.colour(nth(color, i)), halo,
      align: { left: "right", center: "center", right: "left" }[side], base: { top: "bottom", middle: "middle", bottom: "top" }[row] });
  });
  ctx.globalAlpha = 1;
}

// How large words of one trace may be, of what they are told, so that those of a row stand apart.
export function fitting(ctx, { text, textposition }, { x, y }, font) {
  const all = Array.from(x, (_, i) => {
    const wide = nth(text, i) ? measured(ctx, nth(text, i), font).width : 0, side = (nth(textposition, i) ?? "middle center").split(" ")[1];
    return { x: x[i], y: y[i], left: { left: 1, center: 0.5, right: 0 }[side] * wide, right: { left: 0, center: 0.5, right: 1 }[side] * wide };
  }).filter(({ left, right, y }) => left + right && !Number.isNaN(y)).sort((a, b) => a.x - b.x);
  const most = all.map((one, i) => {
    const next = all.slice(i + 1).find((other) => Math.abs(other.y - one.y) < 0.8 * font.size && other.x > one.x);
    return next ? (next.x - one.x) / (one.right + next.left + 0.2 * font.size) : 1;
  });
  return Math.max(SMALLEST, Math.min(1, ...most));
}

// px up or down to where words have room, on the canvas, which is taken then; or nothing.
function aside(taken, x, y, width, size) {
  const step = [0, -0.4, 0.4, -0.8, 0.8].map((rows) => rows * size)
    .find((by) => y + by > size / 2 && !taken.some((other) => Math.abs(other.y - y - by) < 0.8 * size && Math.abs(other.x - x) < Math.max(width, other.width)));
  if (step === undefined) return null;
  taken.push({ x, y: y + step, width });
  return step;
}
