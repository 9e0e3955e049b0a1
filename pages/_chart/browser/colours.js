// The page's colours, and those of numbers.

const CSS = { background: "--st-background-color", primary: "--st-primary-color", family: "--st-font" };
// Plotly's "Cividis", after Nunez, Anderton and Renslow, PLoS ONE 13 (2018)
const CIVIDIS = ["0,32,76", "0,42,102", "0,52,110", "39,63,108", "60,74,107", "76,85,107", "91,95,109", "104,106,112",
  "117,117,117", "131,129,120", "146,140,120", "161,152,118", "176,165,114", "192,177,109", "209,191,102", "225,204,92",
  "243,219,79", "255,233,69"].map((rgb, i, all) => [i / (all.length - 1), `rgb(${rgb})`]);
const DARK_GREY = /^#([0-9]\w)\1\1$/; // what is lighter is the middle of a scale, or veils what lies beneath
const GRID = 0.25; // of the ink, in the ground
const FORCED = matchMedia("(forced-colors: active)");

// What a figure is drawn with: {dark, background, primary, family, forced, ratio}, and {ink, grid} where they are forced
export function pageTheme(root) {
  const style = getComputedStyle(root);
  const theme = Object.fromEntries(Object.entries(CSS).map(([name, css]) => [name, style.getPropertyValue(css).trim()]));
  if (FORCED.matches) Object.assign(theme, { background: seen(root, "Canvas"), ink: seen(root, "CanvasText") });
  const ground = rgba(theme.background || "#ffffff"), [r, g, b] = ground;
  if (FORCED.matches) theme.grid = css(rgba(theme.ink).map((v, i) => GRID * v + (1 - GRID) * ground[i]));
  return { ...theme, family: theme.family || "sans-serif", background: theme.background || "#ffffff", forced: FORCED.matches, ratio: devicePixelRatio,
    dark: 0.299 * r + 0.587 * g + 0.114 * b < 128 };
}

function seen(root, colour) {
  const probe = root.appendChild(Object.assign(document.createElement("i"), { style: `color:${colour}` }));
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

// colour of a figure -> colour on this page. Where the reader forces colours, ink, greys and the grid are made of theirs;
// the others keep their hue, in the twin that is seen on their ground.
export function inked(theme, twins, ink, grid) {
  const twin = (colour) => (theme.dark ? twins[colour] ?? colour : colour);
  if (!theme.forced) return twin;
  return (colour) => (colour === ink || DARK_GREY.test(colour) ? theme.ink : colour === grid ? theme.grid : twin(colour));
}

// Every colour of a figure as it is on this page: for Plotly, which is given all at once.
export function recoloured(value, colour) {
  if (typeof value === "string") return colour(value);
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" && typeof value[1] !== "string" ? value : value.map((v) => recoloured(v, colour));
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === "z" ? v : recoloured(v, colour)]));
}

// "#0072b2", "rgb(0, 114, 178)" or "rgba(176,118,0,0.85)" -> [r, g, b, alpha], the last to 255
export function rgba(colour) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (hex) return [...hex.slice(1).map((v) => parseInt(v, 16)), 255];
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return [r, g, b, 255 * a];
}

const SHADES = 1024; // of a scale, as many as are told apart
const known = new Map();

// value -> [r, g, b, alpha], straight lines between the stops of a scale
export function shades(colorscale, low, high, colour) {
  const stops = (colorscale === "Cividis" ? CIVIDIS : colorscale).map(([at, name]) => [at, colour(name)]), name = stops.join();
  if (!known.has(name)) known.set(name, Array.from({ length: SHADES + 1 }, (_, i) => between(stops, i / SHADES)));
  const all = known.get(name), times = high > low ? SHADES / (high - low) : 0, middle = times ? 0 : SHADES / 2;
  return (value) => all[Math.round(middle + Math.max(0, Math.min(SHADES, times * (value - low))))] ?? all[0];
}

function between(stops, at) {
  let i = 1;
  while (i < stops.length - 1 && at > stops[i][0]) i++;
  const [[a, from], [b, to]] = [stops[i - 1], stops[i]].map(([place, name]) => [place, rgba(name)]);
  const share = b > a ? Math.max(0, Math.min(1, (at - a) / (b - a))) : 1;
  return from.map((v, k) => Math.round(v + share * (to[k] - v)));
}

export const css = ([r, g, b, a]) => `rgba(${r},${g},${b},${a / 255})`;
