// Rules across a chart, and words that stand in it.

import { dashed, path } from "./lines.js";
import { placed } from "./scales.js";
import { broken, measured, write } from "./rich.js";

const EDGE = 4; // px that words keep from the ends of the plot
const FOOT = 0.1; // of the plot: what stands there stands at its foot

// Places of a shape or of words: shares of the plot, or values of an axis.
function along({ X, ys, bbox }, { layout }, item, letter, value) {
  const paper = item[`${letter}ref`] === "paper";
  if (letter === "x") return paper ? bbox.left + value * bbox.width : X(placed(layout.xaxis, value));
  return paper ? bbox.top + (1 - value) * bbox.height : ys[item.yref in ys ? item.yref : "y"](placed(layout.yaxis, value));
}

export function rules(seen, state, wanted) {
  const { ctx, k, bbox } = seen;
  for (const rule of (state.layout.shapes ?? []).filter(wanted)) {
    const [x0, x1] = [rule.x0, rule.x1].map((v) => along(seen, state, rule, "x", v)), [y0, y1] = [rule.y0, rule.y1].map((v) => along(seen, state, rule, "y", v));
    if (![x0, x1, y0, y1].every(Number.isFinite)) continue;
    const { color, width = rule.type === "rect" ? 0 : 2, dash } = rule.line ?? {}, edge = (width / 2) * k; // a rule at the very end is as wide as any
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left - edge, bbox.top - edge, bbox.width + 2 * edge, bbox.height + 2 * edge);
    ctx.clip();
    ctx.globalAlpha = rule.opacity ?? 1;
    if (rule.type === "rect") {
      ctx.fillStyle = state.theme.colour(rule.fillcolor);
      ctx.fillRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    }
    if (width && color) {
      Object.assign(ctx, { strokeStyle: state.theme.colour(color), lineWidth: width * k });
      ctx.setLineDash(dashed(dash, width, k));
      ctx.beginPath();
      if (rule.type === "rect") ctx.rect(x0, y0, x1 - x0, y1 - y0);
      else {
        ctx.moveTo(x0, y0);
        ctx.lineTo(x1, y1);
      }
      ctx.stroke();
    }
    ctx.restore();
  }
}

// Words in the plot, kept inside of it. What would stand at the foot, over points, stands at the head where fewer lie
// beneath it; at changes of settings they stand above one another.
export function notes(seen, state) {
  const { bbox, k } = seen, all = state.layout.annotations ?? [], changes = all.filter(({ name }) => name === "change");
  for (const one of all) if (one.name !== "change") placedNote(seen, state, one);
  if (!changes.length) return;
  const laid = changes.map((one) => laidOut(seen, state, one, bbox.width));
  const height = laid.reduce((sum, { size }) => sum + size.height, 0), wide = Math.max(...laid.map(({ size }) => size.width));
  const foot = bbox.top + bbox.height - EDGE * k, head = bbox.top + EDGE * k, x = Math.min(...laid.map(({ left }) => left));
  let y = rather(seen, state, { x, wide, height }, foot - height, head) + height;
  for (const { one, html, left, size, font } of laid) {
    put(seen, state, one, html, left, y, font, "bottom");
    y -= size.height;
  }
}

// The first of two tops of some words, unless fewer points of curves lie beneath the other.
function rather(seen, state, { x, wide, height }, first, other) {
  const curves = state.shown.filter(({ type }) => type === "scatter").map((trace) => path({ ...seen, Y: seen.ys[trace.yaxis ?? "y"] }, trace, state.layout));
  const beneath = (top) => curves.reduce((sum, points) =>
    sum + points.x.filter((px, i) => px >= x && px <= x + wide && points.y[i] >= top && points.y[i] <= top + height).length, 0);
  return beneath(first) > beneath(other) ? other : first;
}

function laidOut(seen, state, one, room) {
  const { ctx, k } = seen, font = { size: (one.font?.size ?? state.layout.font.size) * k, family: state.theme.family };
  const html = broken(ctx, one.text, room - 2 * EDGE * k, font), size = measured(ctx, html, font);
  return { one, html, size, font, left: kept(seen, along(seen, state, one, "x", one.x), one.xanchor ?? "center", size.width) };
}

// The left end of words of this width, moved inside of the plot.
function kept({ bbox, k }, x, anchor, width) {
  const left = x - { left: -EDGE * k, center: width / 2, right: width + EDGE * k }[anchor];
  return Math.max(bbox.left + EDGE * k, Math.min(left, bbox.left + bbox.width - width - EDGE * k));
}

function placedNote(seen, state, one) {
  const { html, left, size, font } = laidOut(seen, state, one, seen.bbox.width), y = along(seen, state, one, "y", one.y);
  if (!Number.isFinite(left) || !Number.isFinite(y)) return;
  if (one.yref !== "paper" || one.y > FOOT) return put(seen, state, one, html, left, y, font, one.yanchor ?? "middle");
  const top = rather(seen, state, { x: left, wide: size.width, height: size.height }, y - size.height, seen.bbox.top + EDGE * seen.k);
  put(seen, state, one, html, left, top, font, "top");
}

const put = (seen, state, one, html, left, y, font, base) => write(seen.ctx, html, left, y, font,
  { colour: state.theme.colour(one.font?.color ?? state.layout.font.color), align: "left", rows: one.align ?? "center", base, halo: state.theme.background });
