// A chart large, with all of Plotly's tools, as it was when it was opened. Closing it changes nothing.

import { config, forPlotly, plotly } from "./plotly.js";
import { stop } from "./keys.js";
import { broken } from "./rich.js";

const SOLID = ["orbitRotation", "pan3d", "zoom3d", "resetCameraDefault3d"];
const FLAT = ["zoom2d", "pan2d", "select2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d", "toggleSpikelines",
  "hoverClosestCartesian", "hoverCompareCartesian"];
const BUTTONS = 40; // px, of Plotly's own, over the title

export function explore(chart) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "explore" }), box = document.createElement("div");
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close", onclick: () => dialog.close() });
  const said = Object.assign(document.createElement("p"), { textContent: "Loading …" }), opener = document.activeElement;
  const { theme } = chart, figure = { ...chart.spec, data: chart.spec.data.map((trace, i) => (chart.hidden.has(i) ? { ...trace, visible: "legendonly" } : trace)) };
  const fit = () => dialog.open && window.Plotly?.relayout(box, fitted(figure, theme, box));
  dialog.setAttribute("aria-label", chart.title);
  dialog.append(close, said, box);
  dialog.style.background = theme.background;
  dialog.style.color = theme.colour(figure.layout.font.color);
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the page's own keys rest meanwhile
  dialog.addEventListener("close", () => {
    window.removeEventListener("resize", fit);
    window.Plotly?.purge(box);
    dialog.remove();
    (chart.box.contains(opener) ? opener : stop(chart)).focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  plotly(chart.plotlyUrl).then((Plotly) => {
    if (!dialog.open) return;
    said.remove();
    const colour = theme.colour(figure.layout.font.color);
    const [data, layout] = forPlotly(figure, theme, { ...fitted(figure, theme, box), margin: { l: 70, r: 30, t: 30, b: 30 },
      modebar: { orientation: "h", bgcolor: theme.background, color: colour, activecolor: theme.primary },
      legend: { ...figure.layout.legend, font: { size: figure.layout.font.size - 1 }, orientation: "h", x: 0, xanchor: "left", yref: "container", y: 0, yanchor: "bottom" } });
    Plotly.newPlot(box, data, layout, config(chart.key, figure.layout.scene ? SOLID : FLAT));
    window.addEventListener("resize", fit);
  }, (error) => { said.textContent = `Explore is not there: ${error.message}.`; });
}

// The size of the figure, and its title in as many lines as it takes, under Plotly's buttons.
function fitted({ layout: { title } }, { family }, { clientWidth: width, clientHeight: height }) {
  const ruler = document.createElement("canvas").getContext("2d"), font = { size: title.font.size, family, bold: true };
  return { width, height, title: { ...title, text: broken(ruler, title.text, width - 24, font), x: 0, xref: "container", xanchor: "left", yref: "container",
    y: 1, yanchor: "top", pad: { l: 8, t: BUTTONS }, automargin: true } };
}
