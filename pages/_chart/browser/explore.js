// A chart large, with all of Plotly's tools, as it was when it was opened. Closing it changes nothing.

import { config, forPlotly, plotly } from "./plotly.js";

export function explore(chart) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "explore" }), box = document.createElement("div");
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close", onclick: () => dialog.close() });
  const said = Object.assign(document.createElement("p"), { textContent: "Loading …" });
  dialog.setAttribute("aria-label", chart.title);
  dialog.append(close, said, box);
  dialog.style.background = chart.theme.background;
  dialog.style.color = chart.theme.colour(chart.spec.layout.font.color);
  dialog.addEventListener("close", () => {
    window.Plotly?.purge(box);
    dialog.remove();
    chart.plot.focus();
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the page's own keys rest meanwhile
  document.body.append(dialog);
  dialog.showModal();
  const figure = chart.spec, theme = chart.theme;
  plotly(chart.plotlyUrl).then((Plotly) => {
    if (!dialog.open) return;
    said.remove();
    const size = () => ({ width: dialog.clientWidth - 32, height: dialog.clientHeight - 72 });
    const solid = Boolean(figure.layout.scene);
    const [data, layout] = forPlotly(figure, theme, { ...size(), margin: { l: 70, r: 30, t: 90, b: 60 },
      modebar: { orientation: "h", bgcolor: theme.background, color: theme.colour(figure.layout.font.color), activecolor: theme.primary },
      title: { ...figure.layout.title, x: 0, xref: "container", xanchor: "left", yref: "container", pad: { l: 8, t: 12 } } });
    Plotly.newPlot(box, data, layout, config(chart.key, solid ? ["orbitRotation", "pan3d", "zoom3d", "resetCameraDefault3d"]
      : ["zoom2d", "pan2d", "select2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d", "toggleSpikelines", "hoverClosestCartesian", "hoverCompareCartesian"]));
    window.addEventListener("resize", () => dialog.open && Plotly.relayout(box, size()));
  }, (error) => { said.textContent = `Explore is not there: ${error.message}.`; });
}
