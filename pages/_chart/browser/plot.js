// The browser side of the chart component: what each element of the page shows, and what it is told.
// A chart's message carries the whole figure, or a patch from an earlier frame, or the number alone of a frame that has
// been sent often enough (see plot.py).

const version = new URL(import.meta.url).search; // the same of all our scripts
const [{ apply }, { CHARTS, PLACES, ask, mount, house }] =
  await Promise.all(["./message.js", "./chart.js"].map((name) => import(name + version)));

let plotly; // plotly.js, loaded once for all charts

function load(url) {
  plotly ??= new Promise((done, failed) => {
    if (window.Plotly) return done(window.Plotly);
    const script = Object.assign(document.createElement("script"), { src: url, onload: () => done(window.Plotly) });
    script.onerror = () => failed(new Error("plotly.js could not be loaded from " + url));
    document.head.append(script);
  });
  return plotly;
}

// One element of the page: {columns, cells}, of which each is a chart's message or words.
export function draw(component, plotlyUrl) {
  const { parentElement: root, data } = component;
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
  if (!chart) CHARTS.set(message.name, (chart = mount(message.name)));
  house(chart, cell);
  chart.picks = message.picks;
  chart.height = message.height;
  chart.box.style.minHeight = `${message.height}px`;
  chart.box.dataset.told = message.sequence;
  chart.box.setAttribute("aria-label", message.text);
  if (message.sequence === chart.sequence && message.epoch === chart.epoch) return true;
  if (!apply(chart, message)) return false;
  load(plotlyUrl).then(
    (Plotly) => { chart.Plotly = Plotly; ask(chart, false); },
    (error) => { chart.box.textContent = error.message; });
  return true;
}
