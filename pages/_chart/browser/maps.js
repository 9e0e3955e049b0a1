// Heat maps, contours and bars of colours.

import { edges, placed } from "./scales.js";
import { css, shades } from "./colours.js";
import { ticks } from "./scales.js";
import { write } from "./rich.js";

const images = new WeakMap(); // of canvases: the pictures that are drawn there, by the numbers that they show

export const cell = (trace, row, column) => (trace.transpose ? trace.z[column]?.[row] : trace.z[row]?.[column]);

// One pixel a cell, the first row below; cells that are no number, or -Infinity, are clear. It stays as long as the
// numbers do, and other numbers of as many cells are painted over it.
function image(ctx, trace, theme) {
  const { z, transpose, colorscale, zmin, zmax } = trace, [rows, columns] = transpose ? [z[0]?.length ?? 0, z.length] : [z.length, z[0]?.length ?? 0];
  if (!rows || !columns) return null;
  if (!images.has(ctx)) images.set(ctx, new Map());
  const all = images.get(ctx), own = trace.name ?? "", old = all.get(own), look = [z, transpose, theme.dark, zmin, zmax, String(colorscale)];
  if (old && look.every((one, i) => one === old.look[i])) return old.canvas;
  const canvas = old?.canvas ?? document.createElement("canvas"), shade = shades(colorscale, zmin, zmax, theme.colour);
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const picture = canvas.getContext("2d"), pixels = new ImageData(columns, rows), colours = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) {
    const value = transpose ? z[j][i] : z[i][j];
    if (!Number.isFinite(value)) continue;
    const [r, g, b, a] = shade(value);
    colours[(rows - 1 - i) * columns + j] = (r | (g << 8) | (b << 16) | (a << 24)) >>> 0;
  }
  picture.putImageData(pixels, 0, 0);
  all.set(own, { look, canvas });
  return canvas;
}

const even = (at) => at.length < 3 || at.every((v, i) => !i || Math.abs(v - at[i - 1] - (at.at(-1) - at[0]) / (at.length - 1)) < 0.02 * Math.abs(at[1] - at[0]));

export function heatmap(view, trace, { layout, theme }) {
  const { ctx, X, Y, k } = view, picture = image(ctx, trace, theme);
  if (!picture) return;
  const x = edges(Array.from(trace.x, (v) => placed(layout.xaxis, v))).map(X), y = edges(Array.from(trace.y, (v) => placed(layout.yaxis, v))).map(Y);
  const [rows, columns] = [picture.height, picture.width];
  ctx.imageSmoothingEnabled = false;
  ctx.globalAlpha = trace.opacity ?? 1;
  if (even(x) && even(y)) blit(ctx, picture, [0, 0, columns, rows], x[0], x.at(-1), y[0], y.at(-1));
  else for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++)
    blit(ctx, picture, [j, rows - 1 - i, 1, 1], Math.round(x[j]), Math.round(x[j + 1]), Math.round(y[i]), Math.round(y[i + 1]));
  ctx.globalAlpha = 1;
  if (trace.texttemplate) labels(view, trace, theme, x, y, k);
}

// A part of a picture between two places of each axis, turned where an axis runs the other way.
function blit(ctx, picture, part, x0, x1, y0, y1) {
  ctx.save();
  ctx.translate(x0, y1);
  ctx.scale(x1 < x0 ? -1 : 1, y1 > y0 ? -1 : 1);
  ctx.drawImage(picture, ...part, 0, 0, Math.abs(x1 - x0), Math.abs(y1 - y0));
  ctx.restore();
}

// The words in the cells, dark on light ones and light on dark ones.
function labels({ ctx }, trace, theme, x, y, k) {
  const shade = shades(trace.colorscale, trace.zmin, trace.zmax, theme.colour);
  trace.text.forEach((row, i) => row.forEach((words, j) => {
    const [r, g, b] = Number.isFinite(cell(trace, i, j)) ? shade(cell(trace, i, j)) : [255, 255, 255];
    const light = 0.299 * r + 0.587 * g + 0.114 * b > 140;
    write(ctx, String(words), (x[j] + x[j + 1]) / 2, (y[i] + y[i + 1]) / 2, { size: trace.textfont.size * k, family: theme.family },
      { colour: light ? "#1d1f26" : "#ffffff", align: "center" });
  }));
}

export function contour(view, trace, { layout, theme }) {
  const { ctx, X, Y, k } = view, { start, end, size = 1, coloring } = trace.contours;
  const x = Array.from(trace.x, (v) => X(placed(layout.xaxis, v))), y = Array.from(trace.y, (v) => Y(placed(layout.yaxis, v)));
  if (coloring === "heatmap") {
    const picture = image(ctx, trace, theme);
    ctx.imageSmoothingEnabled = true; // between the points, which are the middles of its pixels
    if (picture && picture.width > 1 && picture.height > 1)
      blit(ctx, picture, [0.5, 0.5, picture.width - 1, picture.height - 1], x[0], x.at(-1), y[0], y.at(-1));
  }
  Object.assign(ctx, { strokeStyle: theme.colour(trace.line.color), lineWidth: trace.line.width * k, lineJoin: "round" });
  const dash = theme.dash(trace.line.dash, trace.line.width, k);
  ctx.setLineDash(dash);
  const steps = Math.min(200, Math.floor((end - start) / size + 1e-9));
  for (let i = 0; i <= steps; i++) {
    ctx.beginPath();
    const pieces = crossings(trace, x, y, start + i * size);
    for (const line of dash.length ? joined(pieces) : pieces) line.forEach(([px, py], j) => ctx[j ? "lineTo" : "moveTo"](px, py));
    ctx.stroke();
  }
}

// Pieces that touch as one line, along which dashes run on: within a piece they would begin anew.
function joined(pieces) {
  const key = ([x, y]) => `${x.toFixed(3)} ${y.toFixed(3)}`, at = new Map(), left = new Set(pieces);
  for (const piece of pieces) for (const end of piece) at.set(key(end), [...(at.get(key(end)) ?? []), piece]);
  const onward = (line) => {
    for (let next; (next = at.get(key(line.at(-1))).find((piece) => left.has(piece)));) {
      left.delete(next);
      line.push(key(next[0]) === key(line.at(-1)) ? next[1] : next[0]);
    }
    return line;
  };
  return pieces.flatMap((piece) => (left.delete(piece) ? [onward(onward([...piece]).reverse())] : []));
}

// Where a level runs through the cells between four points: pieces of straight line (marching squares; a saddle is cut
// by the mean of its corners).
export function crossings(trace, x, y, level) {
  const out = [], [rows, columns] = [y.length, x.length];
  for (let i = 0; i + 1 < rows; i++) for (let j = 0; j + 1 < columns; j++) {
    const [a, b, c, d] = [cell(trace, i, j), cell(trace, i, j + 1), cell(trace, i + 1, j + 1), cell(trace, i + 1, j)];
    if (a >= level === b >= level && b >= level === c >= level && c >= level === d >= level) continue; // on one side
    const at = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]], z = [a, b, c, d], cut = [];
    if (!z.every(Number.isFinite)) continue;
    for (let e = 0; e < 4; e++) {
      const [a, b] = [z[e], z[(e + 1) % 4]];
      if (a >= level === b >= level) continue;
      const share = (level - a) / (b - a), [[r0, c0], [r1, c1]] = [at[e], at[(e + 1) % 4]];
      cut.push([x[c0] + share * (x[c1] - x[c0]), y[r0] + share * (y[r1] - y[r0])]);
    }
    if (cut.length === 2) out.push(cut);
    else if (cut.length === 4) {
      const high = (z[0] + z[1] + z[2] + z[3]) / 4 >= level;
      const pairs = high === z[0] >= level ? [[0, 1], [2, 3]] : [[3, 0], [1, 2]];
      for (const [a, b] of pairs) out.push([cut[a], cut[b]]);
    }
  }
  return out;
}

export function bars({ ctx, X, Y, k }, trace, { theme }) {
  ctx.globalAlpha = trace.opacity ?? 1;
  ctx.fillStyle = theme.colour(trace.marker.color);
  Array.from(trace.x).forEach((middle, i) => {
    if (!(Number.isFinite(trace.y[i]) && trace.y[i])) return;
    const width = trace.width?.[i] ?? trace.width ?? 0.8, [from, to] = [X(middle - width / 2), X(middle + width / 2)], gap = k / 2;
    ctx.fillRect(from + gap, Y(trace.y[i]), to - from - 2 * gap, Y(0) - Y(trace.y[i]));
  });
  ctx.globalAlpha = 1;
}

// The bar of a map's colours, or nothing.
export const scaleOf = (data) => data.find((trace) => trace.colorbar && trace.showscale !== false && trace.visible !== false);
export const BAR = { gap: 12, thick: 12, words: 6 }; // px, from the plot to the bar, of the bar, and to its words

// [{at, text}], of the trace's numbers
export function barTicks({ colorbar, zmin, zmax }, most, spell) {
  return ticks(colorbar, [zmin, zmax], most, spell);
}

export function colourBar({ ctx, k, bbox }, trace, marks, font, theme) {
  const { left, top, width, height } = bbox, { zmin, zmax, colorbar } = trace, x = left + width + BAR.gap * k;
  const shade = shades(trace.colorscale, zmin, zmax, theme.colour), fill = ctx.createLinearGradient(0, top + height, 0, top);
  for (let i = 0; i <= 32; i++) fill.addColorStop(i / 32, css(shade(zmin + (i / 32) * (zmax - zmin))));
  ctx.globalAlpha = trace.opacity ?? 1;
  ctx.fillStyle = fill;
  ctx.fillRect(x, top, BAR.thick * k, height);
  ctx.globalAlpha = 1;
  for (const { at, text } of marks)
    write(ctx, text, x + (BAR.thick + BAR.words) * k, top + height - ((at - zmin) / (zmax - zmin)) * height, font, { colour: theme.colour(theme.ink0), align: "left" });
  if (colorbar.title?.text)
    write(ctx, colorbar.title.text, ctx.canvas.width - 2 * k, top - 0.6 * font.size, font, { colour: theme.colour(theme.ink0), align: "right", base: "bottom" });
}
