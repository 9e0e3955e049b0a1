// Plotly, loaded when it is first asked for: for Explore, and for surfaces in three dimensions.

import { recoloured } from "./colours.js";

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
  const drawn = data.map((trace) => {
    if (trace.meta?.zeros_of === undefined) return { ...trace };
    const { x, y, z } = data[trace.meta.zeros_of], zeros = z.map((row) => Array.from(row, (v) => (v === -Infinity ? 1 : null)));
    return { ...trace, x, y, z: zeros, visible: zeros.some((row) => row.includes(1)) };
  });
  const own = { ...structuredClone(layout), paper_bgcolor: theme.background, plot_bgcolor: theme.background, ...more }; // it writes into what it is given
  own.font = { ...own.font, family: theme.family };
  return [recoloured(drawn, theme.colour), recoloured(own, theme.colour)];
}

// A figure to be made into a picture. There the page's own letters are not known, so that words would be as long as
// they are in others.
export const plainLetters = ({ data, layout }) => ({ data, layout: { ...layout, font: { ...layout.font, family: "sans-serif" } } });

export function config(key, groups) {
  const save = (format) => ({ name: `Save ${format.toUpperCase()}`, icon: window.Plotly.Icons.camera,
    click: (box) => window.Plotly.downloadImage(plainLetters(box), { format, width: box.clientWidth, height: box.clientHeight, filename: key, scale: format === "png" ? 2 : 1 }) });
  return { responsive: false, displaylogo: false, displayModeBar: true, doubleClick: "reset", modeBarButtons: [groups, [save("png"), save("svg")]] };
}
