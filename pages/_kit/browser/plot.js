// The browser side of the chart component. One plotly graph for each name, made once and then only changed.
// A chart's message carries the whole figure, or a patch from an earlier frame (see patch.py), or the number alone of a
// frame that has been sent often enough.

const { quick } = await import("./quick.js" + new URL(import.meta.url).search); // the same version as this one

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

// {"f4": base64, "shape": [...]} -> Float32Array, or an array of them for two dimensions
function decoded(value) {
  if (Array.isArray(value)) return value.map(decoded);
  if (value === null || typeof value !== "object") return value;
  if (value.f4 === undefined) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, decoded(v)]));
  const text = atob(value.f4), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i); // 20 times as fast as Uint8Array.from
  const flat = new Float32Array(bytes.buffer);
  if (value.shape.length < 2) return flat;
  const [rows, columns] = value.shape;
  return Array.from({ length: rows }, (_, i) => flat.subarray(i * columns, (i + 1) * columns));
}

function joined(old, from, tail) {
  if (!(old instanceof Float32Array)) return [...old.slice(0, from), ...tail];
  const out = new Float32Array(from + tail.length);
  out.set(old.subarray(0, from));
  out.set(tail, from);
  return out;
}

// A patch begins three frames ago: much of what it tells has been told before. Numbers are not compared.
const same = (old, told) => JSON.stringify(old) === JSON.stringify(told);

function note(changed, i, name) {
  if (!changed.has(i)) changed.set(i, new Set());
  changed.get(i).add(name);
}

// Returns false where the patch cannot be applied: something on the way was lost.
function apply(chart, message) {
  if (message.figure) {
    chart.spec = decoded(message.figure);
    chart.whole = true;
    chart.dark = message.dark;
    chart.sequence = message.sequence;
    chart.epoch = message.epoch;
    return true;
  }
  if (!message.patch || !chart.spec || chart.epoch !== message.epoch || chart.sequence < message.base) return false;
  for (const [i, changes] of Object.entries(message.patch.traces)) {
    const trace = { ...chart.spec.data[i] };
    for (const [name, change] of Object.entries(changes)) {
      if (change !== null && typeof change === "object" && change.from !== undefined) {
        if (trace[name].length < change.from) return false;
        trace[name] = joined(trace[name], change.from, decoded(change.tail));
      } else if (same(trace[name], change)) continue;
      else trace[name] = decoded(change);
      note(chart.changed, Number(i), name);
    }
    chart.spec.data[i] = trace;
  }
  for (const [name, value] of Object.entries(message.patch.layout)) {
    if (same(chart.spec.layout[name] ?? null, value)) continue;
    chart.whole = true;
    if (value === null) delete chart.spec.layout[name];
    else chart.spec.layout[name] = decoded(value);
  }
  chart.sequence = message.sequence;
  return true;
}

// A trace with meta.zeros_of = i shows the cells of heat map i that are -Infinity: exactly zero.
function withZeros(data) {
  return data.map((trace) => {
    if (trace.meta?.zeros_of === undefined) return trace;
    const { x, y, z } = data[trace.meta.zeros_of];
    const zeros = z.map((row) => Array.from(row, (v) => (v === -Infinity ? 1 : null)));
    return { ...trace, x, y, z: zeros, visible: zeros.some((row) => row.includes(1)) };
  });
}

const CSS = { background: "--st-background-color", text: "--st-text-color", font: "--st-font" };

function pageTheme(root) {
  const style = getComputedStyle(root);
  const theme = Object.fromEntries(Object.entries(CSS).map(([k, v]) => [k, style.getPropertyValue(v).trim()]));
  const [r, g, b] = rgb(root, theme.background || "#ffffff");
  return { ...theme, dark: 0.299 * r + 0.587 * g + 0.114 * b < 128 };
}

function rgb(root, colour) {
  const probe = root.appendChild(Object.assign(document.createElement("i"), { style: `display:none;color:${colour}` }));
  const found = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return found;
}

// Every colour of the figure that has a dark twin, in its dark form.
function recoloured(value, dark) {
  if (typeof value === "string") return dark[value] ?? value;
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" && typeof value[1] !== "string" ? value : value.map((v) => recoloured(v, dark));
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === "z" ? v : recoloured(v, dark)]));
}

function config(key, solid) {
  const save = (format) => (gd) => window.Plotly.downloadImage(gd, { format, filename: key, scale: format === "png" ? 2 : 1 });
  const icon = window.Plotly.Icons.camera;
  const button = (format) => ({ name: `Save ${format.toUpperCase()}`, icon, click: save(format) });
  return { responsive: false, displaylogo: false, doubleClick: "reset", scrollZoom: false,
    modeBarButtons: [solid ? ["orbitRotation", "pan3d", "resetCameraDefault3d"] : ["zoom2d", "pan2d", "resetScale2d"],
      [button("png"), button("svg")]] };
}

// Charts wait in line and are drawn a few at a time, so that a slider moved meanwhile is not held up. A chart that is
// told more while it waits is drawn once, with the latest.
const LINE = new Set();
const SLICE = 24; // ms of drawing between two chances for the page to react

function ask(chart, whole = true) {
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

// Room above the plot for the title and as many rows of legend as it will take. Plotly lays entries out in one row,
// or, where they do not fit, in columns as wide as the widest.
function roomAbove(data, layout, width) {
  const size = layout.legend?.font?.size ?? 14;
  const entries = data.filter((t) => (t.type === "scatter" ? t.showlegend !== false : t.showlegend === true) && t.visible !== false && t.name);
  const widths = entries.map((t) => 46 + 0.56 * size * t.name.replace(/<[^>]*>/g, "").length);
  const free = width - 90;
  const total = widths.reduce((a, b) => a + b, 0);
  const columns = Math.max(1, Math.floor(free / Math.max(...widths)));
  const rows = total <= free ? 1 : Math.ceil(widths.length / columns);
  return 36 + (entries.length > 1 || entries[0]?.showlegend ? rows : 0) * (1.42 * size);
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

const FRESH = 2000, REST = 400; // ms: frames come so long without a whole drawing, which follows the last of them

// Only where points moved. Plotly's own picture follows when the chart rests or the reader points at it, so that what
// it says of a point, and saves as a picture, is what is seen.
function paintQuickly(chart) {
  const now = performance.now(), since = (chart.quickSince ??= now); // the first frame after the last whole drawing
  if (chart.whole || now - since > FRESH || chart.box.matches(":hover") || !quick(chart.box, chart.changed, chart.spec.data)) return false;
  settle(chart);
  return true;
}

// Later still where the page is being made anew: the next frame is under way, and would have to wait.
function settle(chart) {
  clearTimeout(chart.settling);
  chart.settling = setTimeout(() => {
    const running = document.querySelector("[data-test-script-state=running]");
    if (running && performance.now() - chart.quickSince < FRESH) settle(chart);
    else ask(chart);
  }, REST);
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
  layout = { ...layout, width: root.clientWidth, height: chart.height,
    margin: { ...layout.margin, t: roomAbove(data, layout, root.clientWidth) },
    paper_bgcolor: theme.background, plot_bgcolor: theme.background,
    modebar: { bgcolor: "rgba(0,0,0,0)", orientation: "h" },
    font: { ...layout.font, family: theme.font || "sans-serif" } };
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

function mount(name) {
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
function house(chart, root) {
  if (chart.root === root) return;
  if (chart.root) chart.sizes.unobserve(chart.root);
  chart.root = root;
  root.append(chart.box);
  chart.sizes.observe(root);
  if (chart.spec) ask(chart);
}

const CHARTS = new Map(); // by name

const PLACES = new WeakMap(); // by element of the page: what it shows, and the component that speaks for it

// One element of the page: {columns, cells}, of which each is a chart's message or words.
export function draw(component, plotlyUrl) {
  const { parentElement: root, data } = component;
  const before = PLACES.get(root)?.data;
  PLACES.set(root, { data, component });
  if (!data || data === before) return; // rendered again, with nothing new
  const { columns, cells } = JSON.parse(data), lost = [];
  root.classList.toggle("charts", columns > 1);
  root.style.setProperty("--columns", columns);
  for (const message of cells) {
    const cell = place(root, message.name);
    if (message.html !== undefined) write(cell, message.html);
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

function write(cell, html) {
  cell.className = "words";
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
