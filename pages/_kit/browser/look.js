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

const CSS = { background: "--st-background-color", text: "--st-text-color", font: "--st-font" };

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

// Room above the plot for the title and as many rows of legend as it will take. Plotly lays entries out in one row,
// or, where they do not fit, in columns as wide as the widest.
export function roomAbove(data, layout, width) {
  const size = layout.legend?.font?.size ?? 14;
  const entries = data.filter((t) => (t.type === "scatter" ? t.showlegend !== false : t.showlegend === true) && t.visible !== false && t.name);
  const widths = entries.map((t) => 46 + 0.56 * size * t.name.replace(/<[^>]*>/g, "").length);
  const free = width - 90;
  const total = widths.reduce((a, b) => a + b, 0);
  const columns = Math.max(1, Math.floor(free / Math.max(...widths)));
  const rows = total <= free ? 1 : Math.ceil(widths.length / columns);
  return 36 + (entries.length > 1 || entries[0]?.showlegend ? rows : 0) * (1.42 * size);
}
