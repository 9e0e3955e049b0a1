// The head of a chart: its title, and the buttons beside it.

import { RULER } from "./picture.js";
import { callTools } from "./tools.js";
import { measured, plain, show } from "./rich.js";

const MARGIN = 14, BUTTON = 28, SMALLEST = 0.82; // px around a title, of a button; of its letters, before it breaks

export function head(chart) {
  const { spec: { layout } } = chart, title = layout.title.text;
  chart.tools.hidden = false;
  show(chart.heading, title);
  chart.title = plain(title);
  chart.box.setAttribute("aria-label", chart.title);
  callTools(chart.tools, chart.title, Object.keys(chart.zoom).length > 0);
  if (RULER) chart.heading.style.fontSize = `${titled(chart, layout.title, chart.theme.family)}px`;
  chart.plot.hidden = Boolean(layout.scene) && !chart.refused;
  chart.solid.hidden = !chart.plot.hidden;
}

// px of its letters: in a narrow chart smaller, before they take a second row from the plot.
function titled({ size: [width], tools }, { text, font: { size } }, family) {
  const wide = measured(RULER, text, { size, family }).width, buttons = [...tools.children].filter(({ hidden }) => !hidden).length;
  return Math.round(size * Math.max(SMALLEST, Math.min(1, (width - MARGIN - BUTTON * buttons) / wide)) * 10) / 10;
}
