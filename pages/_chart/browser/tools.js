// A chart's buttons: Explore opens it large, Save PNG and Save data take it home.

import { picture, plotted, redraw } from "./picture.js";
import { measured, plain, write } from "./rich.js";
import { draw, entries } from "./legend.js";
import { axisOf } from "./scales.js";
import { explore } from "./explore.js";

const LARGE = 2; // times as on the page
const ICONS = { Explore: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", "Save PNG": "M4 7h3l2-2h6l2 2h3v12H4zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  "Save data": "M12 4v11M7 11l5 5 5-5M4 20h16" };

export function tools(chart) {
  const bar = Object.assign(document.createElement("div"), { className: "tools" });
  bar.setAttribute("role", "toolbar");
  const does = { Explore: () => explore(chart), "Save PNG": () => savePng(chart), "Save data": () => saveData(chart) };
  for (const [name, act] of Object.entries(does)) {
    const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, title: name, onclick: act });
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    bar.append(button);
  }
  return bar;
}

// A button is called after its chart, too.
export function callTools(bar, title) {
  if (bar.told === title) return;
  bar.told = title;
  bar.setAttribute("aria-label", `Buttons of the chart ${title}`);
  for (const button of bar.children) button.setAttribute("aria-label", `${button.title}: ${title}`);
}

function saved(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// The chart as it is seen, twice as large: its title, its names, and what is drawn.
export function png(chart) {
  const { state, spec } = chart, s = LARGE, [width, height] = state.size, away = document.createElement("div");
  const big = () => picture(spec, { ...chart.looks(), size: [width * s, height * s], s });
  const large = big(), u = plotted(away, () => large, large.size);
  redraw(u, large);
  const ratio = uPlot.pxRatio, head = heading(null, state, width, s * ratio);
  const canvas = Object.assign(document.createElement("canvas"), { width: width * s * ratio, height: height * s * ratio + head }), ctx = canvas.getContext("2d");
  ctx.fillStyle = state.theme.background;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  heading(ctx, state, width, s * ratio);
  ctx.drawImage(u.ctx.canvas, 0, head);
  u.destroy();
  return canvas;
}

// Title and names, in rows; returns their height in px. Without a canvas they are measured alone.
function heading(ctx, { layout, data, theme, hidden }, width, k) {
  const ruler = document.createElement("canvas").getContext("2d"), font = { size: layout.font.size * k, family: theme.family };
  const colour = theme.colour(layout.font.color);
  if (ctx) write(ctx, layout.title.text, 8 * k, 6 * k, { ...font, size: layout.title.font.size * k }, { colour, base: "top" });
  let x = 8 * k, y = 6 * k + 1.3 * layout.title.font.size * k + 10 * k;
  const names = entries({ data, layout }).filter((i) => !hidden.has(i));
  for (const i of names) {
    const wide = (30 + 6 + 14) * k + measured(ruler, data[i].name, font).width;
    if (x > 8 * k && x + wide > width * k) [x, y] = [8 * k, y + 1.4 * font.size];
    if (ctx) draw(ctx, x, y, k, data[i], theme);
    if (ctx) write(ctx, data[i].name, x + 36 * k, y, font, { colour });
    x += wide;
  }
  return names.length ? y + 0.9 * font.size : 6 * k + 1.3 * layout.title.font.size * k;
}

const savePng = (chart) => chart.u && png(chart).toBlob((blob) => saved(blob, `${chart.key}.png`));

// What is drawn, a line a point: trace, x, y and, of a map, z; heads from the axes.
export function table({ data, layout }) {
  const head = (id) => {
    const axis = axisOf(layout, id), name = plain(axis.title?.text || id);
    return axis.tickprefix ? `log10 ${name}` : name;
  };
  const map = data.some((trace) => trace.z), bar = data.find(({ colorbar }) => colorbar?.title)?.colorbar;
  const powers = bar?.ticktext?.some?.((text) => /<sup>/.test(text)), third = `${powers ? "log10 " : ""}${plain(bar?.title.text ?? "z")}`;
  const rows = [["trace", head("x"), head("y"), ...(map ? [third] : [])]];
  for (const trace of data) {
    if (trace.visible === false || trace.meta?.zeros_of !== undefined) continue;
    const name = plain(trace.name ?? ""), { x = [], y = [], z } = trace;
    if (z) for (let i = 0; i < y.length; i++) for (let j = 0; j < x.length; j++) rows.push([name, x[j], y[i], trace.transpose ? z[j]?.[i] : z[i]?.[j]]);
    else for (let i = 0; i < Math.min(x.length, y.length); i++) rows.push([name, x[i], y[i], ...(map ? [""] : [])]);
  }
  return rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
}

// A number as short as it is as float32, in which it came.
function field(value) {
  if (typeof value === "number") return Number.isNaN(value) ? "" : Number.isFinite(value) ? String(Number(value.toPrecision(9))) : value < 0 ? "-inf" : "inf";
  const text = /^[=+\-@]/.test(value ?? "") ? `'${value}` : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const saveData = (chart) => chart.spec && saved(new Blob([table(chart.spec)], { type: "text/csv" }), `${chart.key}.csv`);
