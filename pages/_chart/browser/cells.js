// What stands in an element of the page, side by side: charts and words, each in a cell of its name.

import { apply } from "./message.js";
import { CHARTS, allow, ask, house, mount, refuse } from "./chart.js";
import { HELP } from "./keys.js";
import { heard } from "./rich.js";
import { TURNS } from "./solid.js";

// An element has these cells, in this order.
//   look: {columns, height of a chart in px, picks: whether a click is told}; words: {html, span} by name
export function arrange(root, names, look, words) {
  root.classList.toggle("charts", names.length > 1);
  root.style.setProperty("--columns", look.columns);
  names.forEach((name, i) => {
    const cell = place(root, name);
    if (root.children[i] !== cell) root.insertBefore(cell, root.children[i]);
    const told = words.get(name), chart = CHARTS.get(name);
    if (told) return write(cell, told);
    if (!chart) return;
    chart.picks = look.picks;
    chart.box.style.height = `${look.height}px`;
    house(chart, cell);
  });
  for (const cell of [...root.children]) if (!names.includes(cell.dataset.cell)) cell.remove();
}

function place(root, name) {
  let cell = [...root.children].find((child) => child.dataset.cell === name);
  if (!cell) root.append((cell = document.createElement("div")));
  cell.dataset.cell = name;
  return cell;
}

function write(cell, { html, span }) {
  cell.className = "words";
  cell.style.setProperty("--span", span);
  if (cell.told !== html) cell.innerHTML = cell.told = html;
}

// A chart is told a figure, what changed in it, or that it is outside of what is drawn here.
export function tell(message, n, epoch, plotlyUrl) {
  let chart = CHARTS.get(message.name);
  if (!chart) CHARTS.set(message.name, (chart = mount(message.name, plotlyUrl)));
  if (message.text !== undefined) {
    for (const [stop, help] of [[chart.plot, HELP], [chart.solid, TURNS]]) stop.setAttribute("aria-label", `${heard(message.text)} ${help}`);
  }
  if (!message.figure && !message.patch && !message.outside) return;
  chart.box.dataset.told = n;
  Object.assign(chart, { sequence: n, epoch });
  if (message.outside) {
    chart.spec = undefined;
    refuse(chart);
    return;
  }
  apply(chart, message);
  if (message.figure) allow(chart);
  ask(chart);
}
