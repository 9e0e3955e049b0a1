// What the browser adds to a figure: the page's colours, its camera buttons, room for its legend.

// A trace with meta.zeros_of = i shows the cells of heat map i that are -Infinity: exactly zero.
export function withZeros(data) {
  return data.map((trace) => {
    if (trace.meta?.zeros_of === undefined) return trace;
    const { x, y, z } = data[trace.meta.zeros_of];
    const zeros = z.map((row) => Array.from(row, (v) => (v === -Infinity ? 1 : null)));
    return { ...trace, x, y, z: zeros, visible: zeros.some((row) => row.includes(1)) };
  });
}

const CSS = { background: "--st-background-color", primary: "--st-primary-color", font: "--st-font" };

export function pageTheme(root) {
  const style = getComputedStyle(root);
  const theme = Object.fromEntries(Object.entries(CSS).map(([k, v]) => [k, style.getPropertyValue(v).trim()]));
  const [r, g, b] = rgb(root, theme.background || "#ffffff");
  return { ...theme, dark: 0.299 * r + 0.587 * g + 0.114 * b < 128 };
}

function rgb(root, colour) {
  const probe = root.appendChild(Object.assign(document.createElement("i"), { style: `display:none;color:${colour}` }));
  const found = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return found;
}

// Every colour of the figure that has a dark twin, in its dark form.
export function recoloured(value, dark) {
  if (typeof value === "string") return dark[value] ?? value;
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" && typeof value[1] !== "string" ? value : value.map((v) => recoloured(v, dark));
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === "z" ? v : recoloured(v, dark)]));
}

export function config(key, solid) {
  const save = (format) => (gd) => window.Plotly.downloadImage(gd, { format, filename: key, scale: format === "png" ? 2 : 1 });
  const icon = window.Plotly.Icons.camera;
  const button = (format) => ({ name: `Save ${format.toUpperCase()}`, icon, click: save(format) });
  return { responsive: false, displaylogo: false, doubleClick: "reset", scrollZoom: false,
    modeBarButtons: [solid ? ["orbitRotation", "pan3d", "resetCameraDefault3d"] : ["zoom2d", "pan2d", "resetScale2d"],
      [button("png"), button("svg")]] };
}

const RULER = document.createElement("canvas").getContext("2d");

// How wide words are; tags take no room, and what they raise or lower is no wider than it is here.
function widthOf(html, font) {
  RULER.font = font;
  return RULER.measureText(html.replace(/<[^>]*>/g, "")).width;
}

// Words with a line break wherever the next one would not fit; a word alone stands as it is.
export function broken(html, room, font) {
  return html.split("<br>").map((line) => line.split(" ").reduce((before, word) =>
    `${before}${widthOf(`${before.split("<br>").at(-1)} ${word}`, font) > room ? "<br>" : " "}${word}`)).join("<br>");
}

// px: beside a title, that the chart's buttons take, from the top of a button to that of a letter beside it; and what a
// line of a title takes in sizes of its letters.
const PAD = 8, BAR = 140, ABOVE = 4, ROW = 1.3;

// The title in as many lines as it takes, and how far down the buttons have room beside it, or below it.
export function titled({ title }, width, height, family) {
  const { text, y, font: { size } } = title, font = `bold ${size}px ${family}`;
  const rows = broken(text, width - 2 * PAD, font).split("<br>");
  const free = rows.findIndex((row) => widthOf(row, font) + BAR + 2 * PAD <= width);
  const more = (rows.length - 1) * ROW * size; // of which plotly draws half above the place of the title
  return { title: { ...title, text: rows.join("<br>"), y: y - more / 2 / height }, more,
    buttons: (1 - y) * height - ABOVE + ROW * size * (free < 0 ? rows.length : free) };
}

const LINE = 0.09; // of a chart's height, for a line of words at a change of settings, as core/topics/playground/figures/marks.py has it

// The words at a change of settings, moved sideways where they would leave the plot: plotly would stretch its axis for
// them. What is wider than the plot takes another line, and the words above it move up.
export function inside(layout, size, width, family) {
  const { annotations = [], xaxis } = layout, end = xaxis?.autorangeoptions?.include?.[1];
  const left = size?.l ?? 60, room = width - left - (layout.margin.r ?? 0) - PAD; // of the last drawing: the next is much the same
  let more = 0;
  return annotations.map((one) => {
    if (one.name !== "change") return one;
    const font = `${one.font.size}px ${family}`, text = broken(one.text, room - PAD, font), lines = text.split("<br>");
    const wide = Math.max(...lines.map((line) => widthOf(line, font)));
    const start = (one.x / end) * (room + PAD) - (one.xanchor === "right" ? wide : 0);
    const moved = { ...one, text, y: one.y + LINE * more, xshift: Math.max(PAD, Math.min(start, room - wide)) - start };
    more += lines.length - one.text.split("<br>").length;
    return moved;
  });
}

// Room above the plot for the title and as many rows of legend as it will take. Plotly lays entries out in one row,
// or, where they do not fit, in columns as wide as the widest. It shows a legend where there are two lines or more, be
// it with the name of one alone.
export function roomAbove(data, layout, width) {
  const size = layout.legend?.font?.size ?? 14;
  const lines = data.filter((t) => (t.type === "scatter" || t.showlegend === true) && t.visible !== false);
  const entries = lines.filter((t) => t.showlegend !== false && t.name);
  const widths = entries.map((t) => 46 + 0.56 * size * t.name.replace(/<[^>]*>/g, "").length);
  const free = width - 90;
  const total = widths.reduce((a, b) => a + b, 0);
  const columns = Math.max(1, Math.floor(free / Math.max(...widths)));
  const rows = total <= free ? 1 : Math.ceil(widths.length / columns);
  return 36 + (entries.length && (lines.length > 1 || entries[0].showlegend) ? rows : 0) * (1.42 * size);
}
