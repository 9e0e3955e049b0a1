// One chart for each name, made once and then only changed: its parts, and when it is drawn.

import { inked, pageTheme } from "./colours.js";
import { RULER, picture } from "./picture.js";
import { plotted, redraw, structure } from "./canvas.js";
import { legend, toggled } from "./legend.js";
import { again, away, listen } from "./pointer.js";
import { listenToZoom, whole } from "./zoom.js";
import { HELP, listenToKeys, readAgain } from "./keys.js";
import { tools } from "./tools.js";
import { head } from "./head.js";
import { grips } from "./handles.js";
import { drawSolid, listenToFingers } from "./solid.js";
import { watch } from "./watch.js";

export const CHARTS = new Map(); // by name
export const PLACES = new WeakMap(); // by element of the page: what it shows, and the component that speaks for it

// Charts wait in line and are drawn a few at a time, so that a slider moved meanwhile is not held up. A chart that is
// told more while it waits is drawn once, with the latest.
const LINE = new Set(), WAITING = [];
const SLICE = 24; // ms of drawing between two chances for the page to react

export function ask(chart) {
  if (!LINE.size) requestAnimationFrame(serve);
  LINE.add(chart);
  chart.due = true; // what it shows is not yet what it was told, or what the reader's hand has changed
}

function serve() {
  const end = performance.now() + SLICE;
  for (const chart of LINE) {
    LINE.delete(chart);
    chart.due = false;
    try {
      paint(chart);
    } catch (error) { // of this chart alone: the others in line are drawn
      reportError(error);
      refuse(chart);
    }
    if (performance.now() > end) break;
  }
  if (LINE.size) setTimeout(() => requestAnimationFrame(serve));
  else for (const told of WAITING.splice(0)) told();
}

// When all that was told is drawn; a page that is not seen draws nothing.
export const drawn = () => new Promise((told) => {
  if (!LINE.size) return requestAnimationFrame(told);
  WAITING.push(told);
});

// A symbol of an equation that the reader points at: what does not show it fades, on charts that show it somewhere.
let lit = null;

document.addEventListener("point-at-symbol", ({ detail }) => {
  const shows = (chart, symbol) => symbol && chart.spec?.data.some((trace) => trace.meta?.symbols?.includes(symbol));
  for (const chart of CHARTS.values()) {
    chart.lit = shows(chart, detail) ? detail : null;
    if (shows(chart, lit) || chart.lit) ask(chart);
  }
  lit = detail;
});

// Controls that come, or go: what of a chart can be taken hold of.
document.addEventListener("controls", () => {
  for (const chart of CHARTS.values()) if (chart.u && chart.root?.isConnected) grips(chart);
});

// Letters that come after a chart was drawn, as those of another alphabet do: of its own family, not those of equations.
document.fonts.addEventListener("loadingdone", ({ fontfaces }) => {
  const families = fontfaces.map(({ family }) => family.replaceAll('"', ""));
  for (const chart of CHARTS.values()) if (families.some((family) => chart.theme?.family.includes(family))) ask(chart);
});

function paint(chart) {
  const { root, spec, box } = chart, [width, height] = chart.size;
  chart.waiting = !spec || !chart.seen || !root?.isConnected || !(width > 40) || !(height > 40);
  if (chart.waiting) return;
  chart.theme ??= themed(chart);
  if (!RULER) refuse(chart); // a browser without a canvas
  head(chart);
  if (chart.refused) return refuse(chart);
  if (spec.layout.scene) drawSolid(chart, chart.size, () => counted(chart));
  else {
    drawFlat(chart);
    counted(chart);
  }
}

function counted({ box, sequence }) {
  box.dataset.draws = 1 + Number(box.dataset.draws ?? 0);
  box.dataset.drawn = sequence;
}

function themed({ root, spec, dark }) {
  const theme = pageTheme(root);
  return { ...theme, colour: inked(theme, dark, spec.layout.font.color, spec.layout.xaxis?.gridcolor) };
}

function drawFlat(chart) {
  chart.looks = () => ({ theme: chart.theme, zoom: chart.zoom, hidden: chart.hidden, lit: chart.lit, before: chart.state?.axes });
  const work = () => { chart.state = picture(chart.spec, { ...chart.looks(), size: chart.size }); };
  work();
  const told = chart.names.textContent;
  legend(chart.names, chart.state, (group, alone) => {
    chart.hidden = toggled(chart.state, group, alone);
    ask(chart);
  });
  if (chart.names.textContent !== told && resized(chart)) work(); // before it is drawn: a first picture of another size is seen
  if (chart.u && structure(chart.state) !== chart.structure) discard(chart);
  if (!chart.u && !make(chart)) return;
  redraw(chart.u, chart.state);
  grips(chart);
  readAgain(chart);
  again(chart, CHARTS);
}

// Returns whether the browser has a canvas for it. Where it has none the chart says what there would be to see.
function make(chart) {
  chart.structure = structure(chart.state);
  const canvas = document.createElement("canvas").getContext("2d");
  if (!canvas) return !refuse(chart);
  chart.u = plotted(chart.plot, () => chart.state, chart.size);
  chart.u.ctx.canvas.setAttribute("aria-hidden", "true");
  chart.u.ctx.canvas.addEventListener("contextrestored", () => ask(chart));
  chart.u.over.append(chart.line, chart.rings);
  return true;
}

function discard(chart) {
  chart.u.destroy();
  chart.u = null;
}

// The words of a chart in its place.
export function refuse(chart) {
  const { plot, solid, names, tools, box, spec, sequence } = chart;
  if (chart.u) discard(chart);
  chart.refused = true;
  plot.hidden = false;
  plot.setAttribute("role", "img");
  solid.hidden = names.hidden = true;
  tools.hidden = !spec || !RULER;
  plot.textContent = plot.getAttribute("aria-label").replace(` ${HELP}`, "");
  box.dataset.drawn = sequence;
  return true;
}

// A figure is drawn again.
export function allow(chart) {
  if (!chart.refused) return;
  chart.refused = chart.tools.hidden = chart.names.hidden = false;
  chart.plot.setAttribute("role", "application");
  chart.plot.textContent = "";
}

const made = (tag, className, role) => {
  const element = Object.assign(document.createElement(tag), { className });
  if (role) element.setAttribute("role", role);
  return element;
};

export function mount(name, plotlyUrl) {
  const chart = { key: name, plotlyUrl, root: null, sequence: 0, seen: true, size: [0, 0], zoom: {}, hidden: new Set(), lit: null, pointed: null, linked: null, read: null,
    box: made("div", "chart"), heading: made("div", "title"), names: made("div", "names"), plot: made("div", "plot", "application"),
    solid: made("div", "solid", "application"), says: made("div", "says"), tip: made("div", "tip"), rings: made("div", "rings"), line: made("i", "line") };
  chart.box.chart = chart;
  chart.box.dataset.name = name;
  const changed = () => ask(chart);
  chart.tools = tools(chart, () => whole(chart, changed));
  chart.says.setAttribute("aria-live", "polite");
  chart.tip.hidden = chart.line.hidden = chart.solid.hidden = chart.tools.hidden = true; // until there is a figure
  chart.plot.tabIndex = chart.solid.tabIndex = 0;
  // A figure with its buttons, and in it the plot: what it shows is its name, which every reader aloud says, while walking
  // through the page and at the stop of the Tab key; an application, since the arrow keys are its own there (an image's
  // are the reader's). The buttons are beside it, not in it.
  chart.box.setAttribute("role", "figure");
  for (const stop of [chart.plot, chart.solid]) stop.setAttribute("aria-roledescription", "chart");
  chart.box.append(chart.heading, chart.tools, chart.names, chart.plot, chart.solid, chart.tip, chart.says);
  window.chartMounts = (window.chartMounts ?? 0) + 1;
  const picked = ({ x, y, index }) => chart.picks && PLACES.get(chart.root.parentElement).component.setTriggerValue("picked", { x, y, trace: index });
  listen(chart, CHARTS, picked);
  listenToZoom(chart, changed);
  listenToKeys(chart, picked, changed);
  listenToFingers(chart);
  watch(chart, { ask, paint, resized });
  return chart;
}

// Takes note of the room that there is for a plot; whether it is another one.
function resized(chart) {
  const { clientWidth, clientHeight } = chart.plot.hidden ? chart.solid : chart.plot, [width, height] = chart.size;
  chart.size = [clientWidth, clientHeight];
  return width !== clientWidth || height !== clientHeight;
}

// The page may take an element away and put another in its place, when runs of its script overlap or when the reader
// comes back to it. The chart itself is kept, with its zoom and its hidden traces, and moves to the new place.
export function house(chart, root) {
  if (chart.root === root) return;
  if (chart.root) away(chart, CHARTS);
  chart.root = root;
  chart.theme = null;
  root.append(chart.box);
  if (chart.spec) ask(chart);
}
