// A chart's buttons: Whole leads back from a zoom, Explore opens it large, Save PNG and Save data take it home.

import { picture } from "./picture.js";
import { plotted, redraw } from "./canvas.js";
import { broken, measured, write } from "./rich.js";
import { draw, entries } from "./legend.js";
import { explore } from "./explore.js";
import { plainLetters } from "./plotly.js";
import { table } from "./table.js";

const LARGE = 2; // times as on the page
const ICONS = { Whole: "M9 4v5H4M15 4v5h5M20 15h-5v5M9 20v-5H4", Explore: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", "Save PNG": "M4 7h3l2-2h6l2 2h3v12H4zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  "Save data": "M12 4v11M7 11l5 5 5-5M4 20h16" };

export function tools(chart, whole) {
  const bar = Object.assign(document.createElement("div"), { className: "tools" });
  bar.setAttribute("role", "toolbar");
  const does = { Whole: () => (whole(), chart.plot.focus({ preventScroll: true })), Explore: () => explore(chart), "Save PNG": () => savePng(chart), "Save data": () => saveData(chart) };
  for (const [name, act] of Object.entries(does)) {
    const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, title: name, onclick: act });
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    bar.append(button);
  }
  return bar;
}

// A button is called after its chart, too; what would lead back is there when there is a way back.
export function callTools(bar, title, zoomed) {
  bar.firstChild.hidden = !zoomed;
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
export async function png(chart) {
  const { spec, theme, hidden, size: [width] } = chart, s = LARGE * uPlot.pxRatio, drawn = await (spec.layout.scene ? solid(chart) : flat(chart));
  const state = { ...spec, theme, hidden }, head = heading(null, state, width, s);
  const canvas = Object.assign(document.createElement("canvas"), { width: drawn.width, height: drawn.height + head }), ctx = canvas.getContext("2d");
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  heading(ctx, state, width, s);
  ctx.drawImage(drawn, 0, head);
  return canvas;
}

async function solid({ solid, size: [width, height] }) {
  const url = await window.Plotly.toImage(plainLetters(solid), { format: "png", width, height, scale: LARGE * uPlot.pxRatio });
  const image = Object.assign(new Image(), { src: url });
  await image.decode();
  return image;
}

function flat(chart) {
  const { state: { size: [width, height] }, spec } = chart, s = LARGE, away = document.createElement("div");
  const big = () => picture(spec, { ...chart.looks(), size: [width * s, height * s], s });
  const large = big(), u = plotted(away, () => large, large.size);
  redraw(u, large);
  const { canvas } = u.ctx;
  u.destroy();
  return canvas;
}

// Title and names, in rows; returns their height in px. Without a canvas they are measured alone.
function heading(ctx, { layout, data, theme, hidden }, width, k) {
  const ruler = document.createElement("canvas").getContext("2d"), font = { size: layout.font.size * k, family: theme.family };
  const colour = theme.colour(layout.font.color), large = { ...font, size: layout.title.font.size * k, bold: true };
  const title = broken(ruler, layout.title.text.replace(/<\/?b>/g, ""), (width - 16) * k, large), foot = 6 * k + measured(ruler, title, large).height;
  if (ctx) write(ctx, title, 8 * k, 6 * k, large, { colour, base: "top" });
  let x = 8 * k, y = foot + 10 * k;
  const names = entries({ data, layout }).filter((i) => !hidden.has(i));
  for (const i of names) {
    const wide = (30 + 6 + 14) * k + measured(ruler, data[i].name, font).width;
    if (x > 8 * k && x + wide > width * k) [x, y] = [8 * k, y + 1.4 * font.size];
    if (ctx) draw(ctx, x, y, k, data[i], theme);
    if (ctx) write(ctx, data[i].name, x + 36 * k, y, font, { colour });
    x += wide;
  }
  return names.length ? y + 0.9 * font.size : foot;
}

const savePng = async (chart) => (chart.u || chart.drawnSolid) && (await png(chart)).toBlob((blob) => saved(blob, `${chart.key}.png`));

const saveData = (chart) => chart.spec && saved(new Blob([table(chart.spec, chart.hidden)], { type: "text/csv" }), `${chart.key}.csv`);
