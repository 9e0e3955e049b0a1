// Plotly, loaded when it is first asked for: for Explore, and for surfaces in three dimensions.

import { recoloured } from "./colours.js";
import { axisOf, ends, idOf, isZero, placed, ruled } from "./scales.js";

let loading;

export function plotly(url) {
  loading ??= new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: () => done(window.Plotly) });
    script.onerror = () => {
      loading = null;
      failed(new Error("the drawing library could not be loaded; try again"));
    };
    document.head.append(script);
  });
  return loading;
}

// A figure as Plotly takes it, in the page's colours.
//   more: of the layout
export function forPlotly({ data, layout }, theme, more) {
  const drawn = data.flatMap((trace) => {
    if (trace.type === "scatter" && trace.y) return [joinedOrDots(trace), ...atFoot(data, layout, trace)];
    if (trace.meta?.zeros_of === undefined) return { ...trace };
    const { x, y, z } = data[trace.meta.zeros_of], zeros = z.map((row) => Array.from(row, (v) => (v === -Infinity ? 1 : null)));
    return { ...trace, x, y, z: zeros, visible: zeros.some((row) => row.includes(1)) };
  });
  const own = { ...looks(data, structuredClone(layout), theme), ...more }; // it writes into what it is given
  return [recoloured(drawn, theme.colour), recoloured(own, theme.colour)];
}

// A figure to be made into a picture. There the page's own letters are not known, so that words would be as long as
// they are in others.
export const plainLetters = ({ data, layout }) => ({ data, layout: { ...layout, font: { ...layout.font, family: "sans-serif" } } });

// What our own drawing does by itself, and Plotly has to be told.
function looks(data, layout, { background, family }) {
  const { font, legend } = layout, shown = data.filter((trace) => trace.visible !== false && trace.x?.length);
  const range = (one, id) => ends(one, shown.filter((trace) => idOf(trace, id[0]) === id), id[0], ruled(layout, id));
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name)).map(([name, one]) => {
    const own = range(one, name.replace("axis", "")), turned = one.autorange === "reversed";
    return [name, { zeroline: false, automargin: true, constrain: "domain", ...one, title: { standoff: 6, ...one.title },
      autorange: false, range: turned ? own.reverse() : own }];
  });
  return { ...layout, ...Object.fromEntries(axes), font: { ...font, family }, paper_bgcolor: background, plot_bgcolor: background, uirevision: "keep",
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", xanchor: "left", font: { size: font.size - 1 }, ...legend },
    hoverlabel: { font: { size: font.size }, namelength: -1 } };
}

// A line, and a dot where a point has a gap at either side.
function joinedOrDots(trace) {
  const known = Array.from(trace.y, Number.isFinite), alone = known.map((is, i) => is && !known[i - 1] && !known[i + 1]);
  if (trace.mode !== "lines" || !alone.includes(true)) return { ...trace };
  return { ...trace, mode: "lines+markers", marker: { color: trace.line.color, size: alone.map((is) => (is ? 6 : 0)) } };
}

// What is exactly zero, as points at the foot of its axis, or nothing.
function atFoot(data, layout, trace) {
  const axis = axisOf(layout, idOf(trace, "y")), at = Array.from(trace.y, (v, i) => i).filter((i) => isZero(axis, placed(axis, trace.y[i])));
  if (!at.length) return [];
  const others = data.filter((one) => one.type === "scatter" && idOf(one, "y") === idOf(trace, "y"));
  const [low, high] = ends(axis, others, "y"), foot = low + 0.03 * (high - low);
  return [{ type: "scatter", mode: "markers", x: at.map((i) => trace.x[i]), y: at.map(() => (axis.type === "log" ? 10 ** foot : foot)), yaxis: trace.yaxis,
    name: trace.name, showlegend: false, marker: { symbol: "triangle-down-open", size: 9, color: trace.line?.color ?? trace.marker.color },
    hovertemplate: "%{x}: exactly 0<extra>%{fullData.name}</extra>" }];
}

export function config(key, groups) {
  const save = (format) => ({ name: `Save ${format.toUpperCase()}`, icon: window.Plotly.Icons.camera,
    click: (box) => window.Plotly.downloadImage(plainLetters(box), { format, width: box.clientWidth, height: box.clientHeight, filename: key, scale: format === "png" ? 2 : 1 }) });
  return { responsive: false, displaylogo: false, displayModeBar: true, doubleClick: "reset", modeBarButtons: [groups, [save("png"), save("svg")]] };
}
