// One plotly graph for each name, made once and then only changed: when it is drawn, and how.

const version = new URL(import.meta.url).search; // the same of all our scripts
const [{ quick }, { withZeros, pageTheme, recoloured, config, roomAbove, titled, inside }] =
  await Promise.all(["./quick.js", "./look.js"].map((name) => import(name + version)));

export const CHARTS = new Map(); // by name
export const PLACES = new WeakMap(); // by element of the page: what it shows, and the component that speaks for it

// Charts wait in line and are drawn a few at a time, so that a slider moved meanwhile is not held up. A chart that is
// told more while it waits is drawn once, with the latest.
const LINE = new Set();
const SLICE = 24; // ms of drawing between two chances for the page to react

export function ask(chart, whole = true) {
  chart.whole ||= whole;
  if (!LINE.size) requestAnimationFrame(serve);
  LINE.add(chart);
}

function serve() {
  const end = performance.now() + SLICE;
  for (const chart of LINE) {
    LINE.delete(chart);
    paint(chart);
    if (performance.now() > end) break;
  }
  if (LINE.size) setTimeout(() => requestAnimationFrame(serve));
}

// A symbol of an equation that the reader points at: what does not show it fades, on charts that show it somewhere.
let lit = null;
const faded = (trace) => !trace.meta?.symbols?.includes(lit);

document.addEventListener("point-at-symbol", ({ detail }) => {
  const before = lit;
  lit = detail;
  for (const chart of CHARTS.values()) {
    const shows = (symbol) => symbol && chart.spec?.data.some((trace) => trace.meta?.symbols?.includes(symbol));
    chart.lit = shows(lit);
    if (shows(before) || chart.lit) ask(chart);
  }
});

function paint(chart) {
  const { root, spec, Plotly, box } = chart;
  chart.waiting = !spec || !Plotly || !chart.seen || !root.isConnected || !root.clientWidth;
  if (chart.waiting) return;
  if (!paintQuickly(chart)) paintWhole(chart);
  chart.changed.clear();
  box.dataset.draws = 1 + Number(box.dataset.draws ?? 0);
  box.dataset.drawn = chart.sequence;
}

// Only where points moved. Plotly's own picture follows when the chart rests or the reader points at it, so that what
// it says of a point, and saves as a picture, is what is seen.
function paintQuickly(chart) {
  chart.quickSince ??= performance.now(); // the first frame after the last whole drawing
  if (chart.whole || age(chart) > LATEST || chart.box.matches(":hover")) return false;
  if (!quick(chart.box, chart.changed, chart.spec.data)) return false;
  settle(chart);
  return true;
}

// ms: a whole drawing follows the last frame after REST. Where frames keep coming it follows one of them after GAP, so
// that no frame has to wait for it, once the last whole drawing is older than FRESH; at the latest it takes the place of
// a frame.
const REST = 400, GAP = 60, FRESH = 2000, LATEST = 4000;
const age = (chart) => performance.now() - chart.quickSince;

// Later still where the page is being made anew, for the next frame is under way, or where another chart is in line.
function settle(chart, wait = age(chart) > FRESH ? GAP : REST) {
  clearTimeout(chart.settling);
  chart.settling = setTimeout(() => {
    const next = document.querySelector("[data-test-script-state=running]");
    if ((next || LINE.size) && age(chart) < LATEST) settle(chart, next ? REST : GAP);
    else ask(chart);
  }, wait);
}

function paintWhole(chart) {
  const { root, box, spec, Plotly } = chart;
  clearTimeout(chart.settling);
  chart.settling = null;
  const theme = (chart.theme ??= pageTheme(root));
  let { data, layout } = spec;
  data = withZeros(data).map((trace) => ({ ...trace }));
  layout = structuredClone(layout); // plotly writes into what it is given, and would take a reader's zoom for the app's
  if (chart.lit) data = data.map((trace) => ({ ...trace, opacity: faded(trace) ? 0.15 : trace.opacity }));
  if (theme.dark) [data, layout] = [recoloured(data, chart.dark), recoloured(layout, chart.dark)];
  const width = root.clientWidth, family = theme.font || "sans-serif", { title, more, buttons } = titled(layout, width, chart.height, family);
  layout = { ...layout, title, width, height: chart.height, annotations: inside(layout, box._fullLayout?._size, width, family),
    margin: { ...layout.margin, t: roomAbove(data, layout, width) + more },
    paper_bgcolor: theme.background, plot_bgcolor: theme.background,
    modebar: { bgcolor: theme.background, color: layout.font.color, activecolor: theme.primary, orientation: "h" },
    font: { ...layout.font, family } };
  box.style.setProperty("--buttons", `${buttons}px`);
  Plotly.react(box, data, layout, chart.config ??= config(chart.key, Boolean(layout.scene)));
  if (!chart.heard) {
    chart.heard = true;
    box.on("plotly_click", ({ points: [point] }) => chart.picks && point &&
      PLACES.get(chart.root.parentElement).component.setTriggerValue("picked", { x: point.x, y: point.y, trace: point.curveNumber }));
    box.addEventListener("pointerenter", () => chart.settling && ask(chart));
  }
  chart.whole = false;
  chart.quickSince = null;
  box.dataset.whole = chart.sequence;
}

export function mount(name) {
  const box = document.createElement("div");
  box.className = "chart";
  box.dataset.name = name;
  box.setAttribute("role", "img");
  const chart = { key: name, box, root: null, sequence: 0, seen: true, changed: new Map(), whole: true };
  window.chartMounts = (window.chartMounts ?? 0) + 1;
  const fit = () => chart.width !== chart.root.clientWidth && ((chart.width = chart.root.clientWidth), ask(chart));
  chart.sizes = new ResizeObserver(fit);
  // A chart that is scrolled out of sight takes its messages but is not drawn.
  new IntersectionObserver((entries) => {
    chart.seen = entries.at(-1).isIntersecting;
    if (chart.seen && chart.waiting) ask(chart, false);
  }, { rootMargin: "300px" }).observe(box);
  // The page's theme can change without a message.
  setInterval(() => {
    if (!chart.root.isConnected) return;
    const theme = pageTheme(chart.root);
    if (JSON.stringify(theme) === JSON.stringify(chart.theme)) return;
    chart.theme = theme;
    ask(chart);
  }, 700);
  return chart;
}

// The page may take an element away and put another in its place, when runs of its script overlap or when the reader
// comes back to it. The graph itself is kept, with its zoom and its hidden traces, and moves to the new place.
export function house(chart, root) {
  if (chart.root === root) return;
  if (chart.root) chart.sizes.unobserve(chart.root);
  chart.root = root;
  root.append(chart.box);
  chart.sizes.observe(root);
  if (chart.spec) ask(chart);
}
