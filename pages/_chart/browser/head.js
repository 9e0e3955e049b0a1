// The head of a chart: its title, and the buttons beside it.

import { RULER } from "./picture.js";
import { callTools } from "./tools.js";
import { measured, plain, show } from "./rich.js";

const MARGIN = 14, BUTTON = 28, NARROW = 24; // px around a title, of one of three buttons, and of one of four
const SMALLEST = 0.76, BROKEN = 0.82; // of a title's letters, before it breaks, and in two rows

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

// px of its letters: in a narrow chart smaller, before they take a second row from the plot. A button that comes while
// the reader zooms makes them smaller still: a plot that moved under the hand would be worse.
function titled({ size: [width], tools }, { text, font: { size } }, family) {
  const wide = measured(RULER, text, { size, family }).width, room = (buttons, px) => (width - MARGIN - buttons * px) / wide;
  const usual = room(3, BUTTON), fits = tools.firstChild.hidden || usual < SMALLEST ? usual : room(4, NARROW), least = usual < SMALLEST ? BROKEN : 0;
  return Math.floor(size * Math.max(least, Math.min(1, fits)) * 10) / 10;
}
