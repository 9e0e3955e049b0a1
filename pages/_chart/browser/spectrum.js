// The eigenvalues of a real matrix as a hand moves one of them: a pair mirrors itself, two real ones that meet may leave
// the axis, a pair that reaches it becomes two real ones. Each is [re, im], a pair its upper member.

const MOST = 2; // magnitude, as the parameter allows
const FARTHEST = 100; // of a trained matrix
const DIGITS = 10, TINY = 1e-12; // what is smaller is rounding
const PLACES = 4; // decimals of one that a hand moves: finer than a pixel

// Of all of them, those that stand for all; a pair that is on the axis is two.
export const upper = (all) => all.map(([re, im]) => [re, Math.abs(im) < TINY ? 0 : im]).filter(([, im]) => im >= 0);

// The one nearest to a place, itself or mirrored: its number, or -1 where none is as near.
export function nearest(blocks, [x, y], near) {
  const far = blocks.map(([re, im]) => Math.hypot(re - x, im - Math.abs(y)));
  const best = far.indexOf(Math.min(...far));
  return far[best] <= near ? best : -1;
}

// With one of them moved: {blocks, chosen: its number by then}.
//   close: what is nearer to each other, or to the axis, is there
export function moved(blocks, chosen, [x, y], close) {
  const [re, im] = inside([x, Math.abs(y)]), now = blocks.map((one) => [...one]);
  if (now[chosen][1] > 0) {
    now[chosen] = im > close ? [re, im] : [re, 0];
    if (im <= close) now.splice(chosen + 1, 0, [re, 0]);
    return { blocks: now, chosen };
  }
  const other = now.findIndex(([at, height], i) => i !== chosen && height === 0 && Math.abs(at - re) <= close);
  if (im <= close || other < 0) {
    now[chosen] = [inside([x, 0])[0], 0];
    return { blocks: now, chosen };
  }
  now[chosen] = [re, im];
  now.splice(other, 1);
  return { blocks: now, chosen: chosen - (other < chosen) };
}

// With one of a trained matrix moved: a pair stays one, and a real one on the axis.
export function carried(blocks, chosen, [x, y]) {
  return blocks.map((one, i) => (i === chosen ? inside([x, one[1] > 0 ? Math.abs(y) : 0], FARTHEST) : one));
}

function inside(place, most = MOST) {
  const size = Math.hypot(...place), less = Math.min(1, (most - 10 ** -PLACES) / size);
  return place.map((part) => Number((part * less).toFixed(PLACES)));
}

// As the parameter is typed: 0.9, 0.5+0.5j.
export const listed = (blocks) => blocks.map(spelled).join(", ");

export function spelled([re, im]) {
  const [a, b] = [re, im].map((part) => String(Math.abs(part) < TINY ? 0 : Number(part.toPrecision(DIGITS))));
  return im === 0 ? a : `${a}+${b}j`;
}
