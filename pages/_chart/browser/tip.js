// What a chart says of points of it, in the page: a ring at each, and their words beside them, which never lie on the
// place that they speak of and stay inside the screen.

import { said, spot } from "./values.js";
import { aloud, show } from "./rich.js";
import { view } from "./canvas.js";

const AWAY = 14; // px between a place and its words
const FINGER = 34; // px that a finger covers around its place
const EDGE = 8; // px that words may stand beside the row of charts

export const seenBy = (chart) => view(chart.u, chart.state);

// Shows points of a chart. Returns the words, to be said aloud.
//   from: the place that is pointed at, px of the plot; linked: another chart is pointed at
export function tell(chart, points, { from = null, touch = false, linked = false } = {}) {
  const { tip, rings, state } = chart, seen = seenBy(chart), places = points.map((one) => spot(seen, state, one));
  while (rings.children.length > points.length) rings.lastChild.remove();
  while (rings.children.length < points.length) rings.append(document.createElement("i"));
  const words = points.map((one) => said(state, one));
  places.forEach(([x, y], i) => {
    rings.children[i].style.translate = `${x}px ${y}px`;
    rings.children[i].hidden = points[i].j !== undefined || !Number.isFinite(y);
  });
  tip.hidden = !points.length;
  tip.classList.toggle("linked", linked);
  show(tip, words.map(([what, name]) => (name ? `${what} <b>${name}</b>` : what)).join("<br>"));
  if (points.length) put(chart, from ?? places[0], [...places, ...(from ? [from] : [])], touch ? FINGER : AWAY);
  return words.map(([what, name]) => aloud(name ? `${name}, ${what}` : what)).join("; ");
}

export function tellNothing(chart) {
  chart.tip.hidden = chart.line.hidden = true;
  chart.rings.replaceChildren();
}

// Beside a place, above or below it: where the fewest of the places that are spoken of are covered, and the first of
// these. A finger hides what is below it and beside it.
function put(chart, [x, y], places, away) {
  const { tip, u, box } = chart, plot = u.over.getBoundingClientRect(), own = box.getBoundingClientRect();
  const row = chart.root.parentElement.getBoundingClientRect(), [width, height] = [tip.offsetWidth, tip.offsetHeight];
  const most = [Math.min(row.right + EDGE, window.innerWidth) - width, window.innerHeight - height], least = [Math.max(row.left - EDGE, 0), 0];
  const kept = (value, i) => Math.max(least[i], Math.min(value, most[i]));
  const [px, py] = [plot.left + x, plot.top + y], [right, left, middle] = [px + away, px - away - width, px - width / 2];
  const [above, level, below] = [py - height - 8, py - height / 2, py + away], high = py - height - away;
  const all = [[right, above], [left, above], [right, level], [left, level], [middle, high], [right, below], [left, below], [middle, below],
    [middle, plot.top - height - 4], [middle, plot.bottom + 4]].map((at) => at.map(kept));
  const covered = ([a, b], reach) => places.filter(([i, j], n) => {
    const r = n === places.length - 1 ? reach : 4, [c, d] = [plot.left + i, plot.top + j];
    return c > a - r && c < a + width + r && d > b - r && d < b + height + r;
  }).length;
  const costs = all.map((at) => covered(at, Math.min(away - 2, 12))), best = all[costs.indexOf(Math.min(...costs))];
  tip.style.translate = `${best[0] - own.left}px ${best[1] - own.top}px`;
}
