// The browser side of the chart component: what each element of the page is told.

import { CHARTS, PLACES } from "./chart.js";
import { arrange, tell } from "./cells.js";
import { arrive } from "./stage.js";

export { depart } from "./stage.js";

const TEXT = new TextDecoder();

// One element of the page, as JSON in bytes: the part of a stage (stage.js), or {columns, height, picks, epoch, cells},
// of which each is words or a whole figure, with the number of its version.
//   plotlyUrl: where Plotly is, for those who ask for it
export function draw(component, plotlyUrl) {
  const { parentElement: root } = component, data = component.data && TEXT.decode(component.data);
  const before = PLACES.get(root)?.data;
  PLACES.set(root, { data, component });
  const whole = [...root.children].every((cell) => cell.hasChildNodes()); // no chart has moved to another element
  if (!data || (data === before && whole)) return; // rendered again, with nothing new
  const look = JSON.parse(data);
  if (look.live) return arrive(component, look, plotlyUrl);
  const words = new Map(look.cells.filter(({ html }) => html !== undefined).map((cell) => [cell.name, cell]));
  for (const cell of look.cells) {
    const chart = CHARTS.get(cell.name);
    if (!words.has(cell.name) && !(chart?.epoch === look.epoch && chart.sequence === cell.n)) tell(cell, cell.n, look.epoch, plotlyUrl);
  }
  arrange(root, look.cells.map(({ name }) => name), look, words);
}
