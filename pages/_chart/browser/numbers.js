// Numbers in words at the ticks and under the pointer, by the formats of d3 that the figures use.

const MINUS = "\u2212"; // as long as a plus
const SPEC = /^(\+)?(?:\.(\d+))?(~)?([fge%d])?$/;
const signed = (text) => text.replace(/^-|(?<=e)-/g, MINUS);

// ".3g" and 0.5 -> "0.500", with ~ "0.5"; without a type six digits at most, and no zero at their end.
export function format(spec, value) {
  const [, plus, digits, short, type] = SPEC.exec(spec ?? "") ?? [];
  if (typeof value !== "number") return String(value ?? "");
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return (value < 0 ? MINUS : plus ? "+" : "") + "\u221e";
  const text = { f: () => value.toFixed(digits ?? 6), e: () => value.toExponential(digits ?? 6),
    g: () => value.toPrecision(digits ?? 6), "%": () => `${(100 * value).toFixed(digits ?? 6)}%`,
    d: () => value.toFixed(0), undefined: () => shortest(value) }[type]();
  const told = short ? text.replace(/(\.\d*?)0+(?=$|e|%)/, "$1").replace(/\.(?=$|e|%)/, "") : text;
  return (plus && value >= 0 ? "+" : "") + signed(/^-0(\.0*)?%?$/.test(told) ? told.slice(1) : told);
}

const shortest = (value) => String(Number(value.toPrecision(6)));

// 4.684e+121 with its power of ten apart
const apart = (text) => text.replace(/e\+?(\u2212?\d+)/, "·10<sup>$1</sup>");

const ZERO = "exactly 0"; // where the logarithm is -Infinity

// What an axis says of a value of it, which for a logarithmic one is log10: the words of its tick, where it has some.
export function onAxis(axis = {}, value) {
  if (axis.tickprefix && value === -Infinity) return ZERO;
  const tick = axis.ticktext && axis.type !== "log" ? axis.tickvals.indexOf(value) : -1;
  if (tick >= 0) return axis.ticktext[tick];
  if (axis.type === "log") return apart(signed(shortest(10 ** value)));
  return `${axis.tickprefix ?? ""}${apart(format(axis.tickformat ?? (axis.tickprefix ? ".2f" : ""), value))}${axis.ticksuffix ?? ""}`;
}

const found = (point, path) => path.split(/[.[\]]+/).filter(Boolean).reduce((value, name) => value?.[name], point);

// What stands under the pointer: [words, name], as HTML.
//   template: Plotly's hovertemplate; point: {x, y, z, text, customdata, fullData}; words: {x, y, z} of the axes, for
//   what has no format
export function filled(template, point, words) {
  const [, main, extra = point.fullData.name] = /^(.*?)(?:<extra>(.*)<\/extra>)?$/s.exec(template);
  const powers = (text) => text.replace(/10<sup>%\{([^}:]+)[^}]*\}<\/sup>/g, (all, path) => (found(point, path) === -Infinity ? ZERO : all));
  const put = (text) => powers(text).replace(/%\{([^}:]+)(?::([^}]*))?\}/g, (_, path, spec) => {
    const value = found(point, path);
    if (spec === undefined && path in words && typeof value === "number") return words[path];
    return typeof value === "number" ? apart(format(spec, value)) : value ?? "";
  });
  return [put(main), put(extra ?? "")];
}
