// What lies on the scales of a chart, in the order of the figure's traces, and the words around it.

import { axisOf, idOf } from "./scales.js";
import { GAP, ROW, TITLE } from "./picture.js";
import { measured, write } from "./rich.js";
import { bars, colourBar, contour, heatmap } from "./maps.js";
import { dashed, scatter, words, zeros } from "./lines.js";
import { notes, rules } from "./notes.js";

const PAINT = { heatmap, contour, bar: bars };

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

export function below(seen, state) {
  seen.ctx.save();
  rules(seen, state, (rule) => rule.layer === "below");
  seen.ctx.restore();
}

export function above(seen, state) {
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
