// A number's slider: which share of its way a value stands at, which value a place stands for, and the next value.
//   {low, high, step, log: whether it moves by factors, whole}

const OF_A_FACTOR = 2; // digits of a value that a log slider stops at; one more where it is moved finely

export function share({ low, high, log }, value) {
  const along = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, along));
}

// The value at a share of the way, as text.
//   fine: whether the hand moves finely
export function at(field, along, fine = false) {
  const { low, high, step, log } = field, inside = Math.min(1, Math.max(0, along));
  if (log) return text(field, Number((low * (high / low) ** inside).toPrecision(OF_A_FACTOR + fine)));
  return text(field, low + Math.round((inside * (high - low)) / step) * step);
}

// So many stops of the slider further, as text.
export function stepped(field, value, stops) {
  if (!field.log) return text(field, field.low + (Math.round((value - field.low) / field.step) + stops) * field.step);
  for (let left = Math.abs(stops); left > 0; left--) value = neighbour(field, value, Math.sign(stops));
  return text(field, value);
}

function neighbour({ whole }, value, way) {
  const size = 10 ** (Math.floor(Math.log10(value) + 1e-9) - OF_A_FACTOR + 1), digits = Math.round(value / size);
  const one = way < 0 && digits <= 10 ** (OF_A_FACTOR - 1) ? size / 10 : size; // below 10 come 9.9, 9.8
  const unit = whole ? Math.max(1, one) : one;
  return (Math.round(value / unit) + way) * unit;
}

// Inside the limits, as a reader types it: 0.35, 1e-7.
export function text({ low, high, step, log, whole }, value) {
  const inside = Math.min(high, Math.max(low, value));
  if (whole) return String(Math.round(inside));
  return String(Number(log ? inside.toPrecision(OF_A_FACTOR + 1) : inside.toFixed(decimals(step))));
}

const decimals = (step) => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
