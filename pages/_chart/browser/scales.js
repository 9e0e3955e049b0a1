// Where axes end and where their ticks stand. A logarithmic axis is one of log10 throughout.

const ROOM = 0.05; // of an axis, beyond the outermost points
const FOOT = 0.12; // of an axis of powers, below the lowest point, where something is exactly zero
export const ENDS = [0, 5]; // of an axis with nothing on it
const CLOSE = 1e-6; // of an axis or of a step: numbers come as float32
const FARTHEST = 8e307; // an end: twice as much is still a number
const NONE = [Infinity, -Infinity];
const APART = { x: 80, y: 40 }, FEWEST = 5, MOST = 10; // ticks stand so many px apart, as long as they are not too few or too many

export const placed = (axis, value) => (axis?.type === "log" ? Math.log10(value) : value); // log10(0) is -Infinity

// Exactly zero has no place on an axis of powers of ten: it is drawn at its foot.
export const isPowers = (axis) => axis?.type === "log" || Boolean(axis?.tickprefix);
export const isZero = (axis, at) => at === -Infinity && isPowers(axis);

// "y2" is layout.yaxis2
export const axisOf = (layout, id) => layout[`${id[0]}axis${id.slice(1)}`] ?? {};
export const idOf = (trace, letter) => trace[`${letter}axis`] ?? letter;

// Edges of cells whose middles are given: halfway between two, and as far beyond the first and the last.
export function edges(middles) {
  const n = middles.length;
  if (n < 2) return [(middles[0] ?? 0) - 0.5, (middles[0] ?? 0) + 0.5];
  const between = Array.from({ length: n - 1 }, (_, i) => (middles[i] + middles[i + 1]) / 2);
  return [2 * middles[0] - between[0], ...between, 2 * middles[n - 1] - between[n - 2]];
}

// The numbers that an axis has to hold for a trace: to its very end, or with room around them.
function held(trace, letter, axis) {
  const values = trace[letter] ?? [];
  if (trace.type === "heatmap") return { tight: edges(values) };
  if (trace.type === "contour") return { tight: values };
  if (trace.type === "bar" && letter === "x")
    return { tight: Array.from(values).flatMap((v, i) => [v - half(trace.width, i), v + half(trace.width, i)]) };
  if (trace.type === "bar") return { tight: [0], roomy: values };
  return { [letter === "y" || trace.mode !== "lines" ? "roomy" : "tight"]: values };
}

const half = (width, i) => (width?.[i] ?? width ?? 0.8) / 2;

// The lowest and the highest of finite numbers, and of those before.
function span([low, high], values, log) {
  for (let i = 0; i < (values?.length ?? 0); i++) {
    const value = log ? Math.log10(values[i]) : values[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

// Where rules across the chart stand on an axis.
export const ruled = ({ shapes = [] }, id) => shapes.filter((rule) => (rule[`${id[0]}ref`] ?? id[0]) === id).flatMap((rule) => [rule[`${id[0]}0`], rule[`${id[0]}1`]]);

// [low, high] of an axis for these traces, all of them on it. A range that is given holds.
//   rules: places on the axis of rules across the chart
export function ends(axis, traces, letter, rules = []) {
  if (axis.range) return apart(Math.min(...axis.range), Math.max(...axis.range));
  let tight = span(NONE, rules, axis.type === "log"), roomy = NONE;
  for (const trace of traces) {
    const values = held(trace, letter, axis);
    tight = span(tight, values.tight, axis.type === "log");
    roomy = span(roomy, values.roomy, axis.type === "log");
  }
  let [low, high] = [Math.min(tight[0], roomy[0]), Math.max(tight[1], roomy[1])];
  if (low > high && isPowers(axis)) return ENDS; // whole powers, not the least that it would have to hold
  const { include = [], clipmin = -Infinity, clipmax = Infinity } = axis.autorangeoptions ?? {};
  const zero = letter === "y" && isPowers(axis) && traces.some(({ y }) => y?.some((value) => isZero(axis, placed(axis, value))));
  const foot = zero ? low - FOOT * (Math.max(high, ...include) - low) : Infinity;
  const fromZero = axis.rangemode === "tozero" && low >= 0, more = ROOM * (high - (fromZero ? 0 : low));
  if (roomy[0] <= roomy[1] && !traces.some(({ type }) => type === "heatmap"))
    [low, high] = [fromZero ? 0 : Math.min(low, roomy[0] - more), Math.max(high, roomy[1] + more)];
  low = Math.max(clipmin, Math.min(low, foot, ...include), -FARTHEST);
  high = Math.min(clipmax, Math.max(high, ...include), FARTHEST);
  return low <= high ? apart(low, high) : ENDS;
}

const apart = (low, high) => (low < high ? [low, high] : [low - (Math.abs(low) * ROOM || 1), high + (Math.abs(high) * ROOM || 1)]);

// The ends over a whole plot of an axis that has [from, to] of its height.
export function stretched([low, high], [from, to] = [0, 1]) {
  const whole = (high - low) / (to - from);
  return [low - from * whole, high + (1 - to) * whole];
}

const roundStep = (step) => {
  const decade = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].map((m) => m * decade).find((one) => one >= step * (1 - 1e-9));
};

// How many ticks an axis of so many px has room for.
export const wanted = (letter, pixels) => Math.max(FEWEST, Math.min(MOST, 1 + pixels / APART[letter]));

// [{at, text}] within the ends. Powers of ten have whole exponents as soon as there are three of them.
//   most: so many ticks have room; spell(value): what stands at a tick whose words are not given; least: between two
export function ticks(axis, [low, high], most, spell, least = 0) {
  const inside = ({ at }) => at >= low - CLOSE * (high - low) && at <= high + CLOSE * (high - low);
  if (axis.tickvals)
    return Array.from(axis.tickvals, (value, i) => ({ at: placed(axis, value), text: axis.ticktext?.[i] ?? spell(placed(axis, value)) })).filter(inside);
  if (!(high - low > 0) || !Number.isFinite(high - low)) return [];
  let step = axis.dtick ?? roundStep((high - low) / Math.max(1, Math.min(most, axis.nticks ?? Infinity)));
  step = Math.max(step, least);
  if (isPowers(axis) && !axis.dtick && step < 1 && Math.floor(high) - Math.ceil(low) >= 2) step = 1;
  const first = Math.ceil(low / step - CLOSE), count = Math.min(200, Math.floor(high / step + CLOSE) - first + 1);
  return Array.from({ length: Math.max(0, count) }, (_, i) => tidy((first + i) * step)).map((at) => ({ at, text: spell(at, step) }));
}

// 0.30000000000000004 -> 0.3
const tidy = (value) => Number(value.toPrecision(14));
