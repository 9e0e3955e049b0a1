// One grip of a chart: a line, a point or a circle that stands where the values of parameters say.

import { follow, movedByKeys } from "./grasp.js";
import { size } from "./hand.js";
import { share } from "./picture.js";
import { at, share as along } from "./scale.js";
import { valueOf as valueAt } from "./values.js";

// As attributes want it: never as 1e-12.
const decimal = (value) => Number(value).toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20 });

const MEANT = { x: /Left|Right|Page|Home|End/, y: /Up|Down/ }; // keys, where a grip has both axes

// Where a value lies on an axis, and the value that lies there: core/plotting/handles.py, along.
function placed({ log, start, times, through }, value) {
  if (through) return between(through.values, through.places, value);
  return start + times * (log ? Math.log10(value) : value);
}
function lying({ log, start, times, through }, at) {
  if (through) return between(through.places, through.values, Math.min(through.places.at(-1), Math.max(through.places[0], at)));
  return log ? 10 ** ((at - start) / times) : (at - start) / times;
}

// In straight lines from one rising list to another; what is beyond them is beyond every place.
function between(from, to, at) {
  if (at < from[0] || at > from.at(-1)) return at < from[0] ? -Infinity : Infinity;
  const i = Math.max(1, from.findIndex((one) => one >= at)), share = (at - from[i - 1]) / (from[i] - from[i - 1]);
  return to[i - 1] + share * (to[i] - to[i - 1]);
}

function corner({ u }) {
  const { left, top } = u.over.getBoundingClientRect();
  return [left, top];
}

// px from the corner of the plot, and what lies there
const px = ({ u, state }, id, value) => u.valToPos(share(state.axes[id], value), id);
export function there(chart, event, [left, top] = corner(chart)) {
  const [x, y] = [event.clientX - left, event.clientY - top];
  return { x: valueAt(chart, chart.state, "x", x), y: valueAt(chart, chart.state, "y", y) };
}

// What lies at each place of the page, as the chart is now: its axes may grow under the hand, and the value would run away.
function asNow(chart) {
  const from = corner(chart), [width, height] = size(chart), ends = [[0, 0], [width, height]].map(([x, y]) =>
    there(chart, { clientX: from[0] + x, clientY: from[1] + y }, from));
  const along = (axis, share) => ends[0][axis] + share * (ends[1][axis] - ends[0][axis]);
  return ({ clientX, clientY }) => ({ x: along("x", (clientX - from[0]) / width), y: along("y", (clientY - from[1]) / height) });
}

export class Grip {
  held = []; // [{axis: "x", "y" or "radius", lies, value}]
  view = { show: () => this.chart.u && this.box.isConnected && this.stand() };

  constructor(chart, held) {
    this.chart = chart;
    this.box = Object.assign(document.createElement("div"), { className: "grip", tabIndex: 0 });
    this.box.setAttribute("role", "slider");
    this.why = Object.assign(document.createElement("p"), { className: "why" }); // it went back to where it was
    this.why.setAttribute("role", "alert");
    this.box.append(document.createElement("i"), document.createElement("b"));
    this.listen(held);
    // The chart, which lies below, says what is under the pointer, and hears nothing else of it.
    for (const name of ["pointerdown", "pointerup", "click", "dblclick", "keydown"]) this.box.addEventListener(name, (event) => event.stopPropagation());
  }

  listen(held) {
    held.forEach(({ axis }, i) => movedByKeys(this.box, () => this.held[i].value,
      (key) => (held.length < 2 || MEANT[axis].test(key) ? key : null)));
    this.box.addEventListener("pointerdown", (event) => this.grasp(event));
    this.box.addEventListener("dblclick", () => this.twice());
  }

  // What it stands at is set, or what it is by default.
  twice() {
    const { twice } = this.handle, [{ value: { row, text, panel } }] = this.held;
    if (twice) return panel.set([{ id: `${row.of}${twice}`, of: row.of, name: twice, text }]);
    for (const { value } of this.held) if (!value.row.locked) value.mean(value.row.default);
  }

  arrive(handle, held) {
    this.handle = handle;
    for (const { value } of this.held) value.views.delete(this.view);
    this.held = held;
    for (const { value } of held) value.views.add(this.view);
    const { over } = this.chart.u;
    if (this.box.parentElement !== over) over.append(this.box);
    this.stand();
  }

  leave() {
    for (const { value } of this.held) value.views.delete(this.view);
    this.why.remove();
    this.box.remove();
  }

  // Where it stands on the axes; nothing where a line has no place.
  get where() {
    const found = {};
    for (const { axis, lies, value: { number } } of this.held) {
      const at = placed(lies, number);
      Object.assign(found, axis === "radius" ? { x: at * Math.SQRT1_2, y: -at * Math.SQRT1_2 } : { [axis]: at });
    }
    return found;
  }

  stand() {
    const { box, chart, handle, held, where } = this, [width, height] = size(chart);
    const inside = (at, most) => Math.min(most, Math.max(0, at));
    const x = where.x === undefined ? width : px(chart, "x", where.x), y = where.y === undefined ? (handle.foot ? height : 0) : px(chart, "y", where.y);
    const line = where.x === undefined || where.y === undefined, out = x !== inside(x, width) || y !== inside(y, height);
    const off = !held.every(({ value }) => value.on), kind = handle.radius ? "radius" : handle.points ? "point" : where.y === undefined ? "x" : where.x === undefined ? "y" : "point";
    for (const [name, is] of [["off", off], ["foot", Boolean(handle.foot)], ["x", kind === "x"], ["y", kind === "y"], ["radius", kind === "radius"]]) box.classList.toggle(name, is);
    box.hidden = Number.isNaN(x + y) || held.some(({ value: { row } }) => row.locked)
      || (!line && out && box !== document.activeElement); // one that a hand has taken out of the chart comes back with it
    box.style.translate = `${inside(x, width)}px ${inside(y, height)}px`;
    box.style.setProperty("--width", `${width}px`);
    box.style.setProperty("--height", `${height}px`);
    this.speak(off);
    const why = this.asked && !box.classList.contains("held") ? held.map(({ value }) => value.row.refused).find(Boolean) : "";
    this.why.textContent = why ?? "";
    if (why && !this.why.isConnected) chart.box.append(this.why);
    if (!why) this.why.remove();
  }

  speak(off) {
    const { box, held } = this, [{ value: { row, number } }] = held;
    const name = held.map(({ value }) => value.row.heard).join(" and "), says = `${held.map(({ value }) => value.text).join(", ")}${off ? ", off" : ""}`;
    box.title = `${name} ${says}: drag`;
    box.setAttribute("aria-label", name);
    box.setAttribute("aria-valuetext", says);
    for (const [part, value] of [["now", number], ["min", row.low], ["max", row.high]]) box.setAttribute(`aria-value${part}`, decimal(value));
  }

  grasp(event) {
    if (event.button !== 0 || this.box.classList.contains("held") || this.held.some(({ value }) => value.row.locked)) return;
    this.let(false); // keys that have not come to rest
    event.preventDefault();
    this.box.focus({ preventScroll: true, focusVisible: false });
    this.hold();
    // Words above the chart may take another line meanwhile, and it moves: not the value. In another window all is elsewhere.
    let lies = asNow(this.chart), wide = innerWidth;
    follow(this.box, event, (next) => {
      if (innerWidth !== wide) [lies, wide] = [asNow(this.chart), innerWidth];
      this.to(lies(next), next.shiftKey);
    }, (givenUp) => this.let(givenUp));
  }

  hold() {
    for (const { value } of this.held) value.hold();
  }

  let(givenUp) {
    this.asked = !givenUp;
    for (const { value } of this.held) givenUp ? value.giveUp() : value.release();
  }

  to({ x, y }, fine) {
    const where = { x, y, radius: Math.hypot(x, y) };
    for (const { axis, lies, value } of this.held) value.try(at(value.row, along(value.row, lying(lies, where[axis])), fine));
  }
}
