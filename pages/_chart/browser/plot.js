// The browser side of the chart component: what each element of the page shows, and what it is told.
// A chart's message carries the whole figure, or a patch from an earlier frame, or the number alone of a frame that has
// been sent often enough, or that the figure is outside of what is drawn here (see plot.py).

import { apply } from "./message.js";
import { CHARTS, PLACES, allow, ask, house, mount, refuse } from "./chart.js";
import { HELP } from "./keys.js";
import { heard } from "./rich.js";
import { TURNS } from "./solid.js";

const TEXT = new TextDecoder();

// One element of the page, as JSON in bytes: {columns, cells}, of which each is a chart's message or words.
//   plotlyUrl: where Plotly is, for those who ask for it
export function draw(component, plotlyUrl) {
  const { parentElement: root } = component, data = component.data && TEXT.decode(component.data);
  const before = PLACES.get(root)?.data;
  PLACES.set(root, { data, component });
  const whole = [...root.children].every((cell) => cell.hasChildNodes()); // no chart has moved to another element
  if (!data || (data === before && whole)) return; // rendered again, with nothing new
  const { columns, cells } = JSON.parse(data), lost = [];
  root.classList.toggle("charts", columns > 1);
  root.style.setProperty("--columns", columns);
  for (const message of cells) {
    const cell = place(root, message.name);
    if (message.html !== undefined) write(cell, message);
    else if (!tell(cell, message, plotlyUrl)) lost.push(message.name);
  }
  for (const cell of [...root.children]) if (!cells.some(({ name }) => name === cell.dataset.cell)) cell.remove();
  if (lost.length) component.setTriggerValue("resync", lost);
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

// Returns false where the browser has not got what the message builds on.
function tell(cell, message, plotlyUrl) {
  let chart = CHARTS.get(message.name);
  if (!chart) CHARTS.set(message.name, (chart = mount(message.name, plotlyUrl)));
  chart.picks = message.picks;
  chart.box.style.height = `${message.height}px`;
  chart.box.dataset.told = message.sequence;
  for (const [stop, help] of [[chart.plot, HELP], [chart.solid, TURNS]]) stop.setAttribute("aria-label", `${heard(message.text)} ${help}`);
  house(chart, cell);
  if (message.sequence === chart.sequence && message.epoch === chart.epoch) return true;
  if (message.outside) {
    Object.assign(chart, { sequence: message.sequence, epoch: message.epoch, spec: undefined });
    return refuse(chart);
  }
  if (!apply(chart, message)) return false;
  if (message.figure) allow(chart);
  ask(chart);
  return true;
}
