// A surface in three dimensions, which Plotly draws in its place on the page.

import { config, forPlotly, plotly } from "./plotly.js";

// Draws it, and anew what has changed; the reader's camera stays.
export function drawSolid(chart, size, done) {
  plotly(chart.plotlyUrl).then((Plotly) => {
    if (!chart.root.isConnected) return;
    const [data, layout] = forPlotly(chart.spec, chart.theme, { width: size[0], height: size[1], title: { text: "" },
      modebar: { orientation: "h", bgcolor: chart.theme.background, color: chart.theme.colour(chart.spec.layout.font.color), activecolor: chart.theme.primary },
      margin: { ...chart.spec.layout.margin, t: 24 } });
    Plotly.react(chart.solid, data, layout, (chart.config ??= config(chart.key, ["orbitRotation", "pan3d", "resetCameraDefault3d"])));
    chart.drawnSolid = true;
    done();
  }, (error) => { chart.solid.textContent = error.message; });
}
