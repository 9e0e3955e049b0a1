// The one control of a number: a slider over its whole width, and the number typed in place.

import { frame, switchBefore, typed } from "./fields.js";
import { follow, movedByKeys } from "./grasp.js";
import { at, share } from "./scale.js";

const THUMB = 16; // px, as in panel.css
const GRIP = 12; // px from the thumb's middle in which a mouse takes hold of it
const FINE = 10; // times less far for the same way, with Shift

export function numberField(panel, row) {
  const value = panel.value(row.id), field = new NumberField(panel, value);
  value.views.add(field);
  return { box: field.around.box, show: () => field.show(), leave: () => field.leave() };
}

class NumberField {
  constructor(panel, value) {
    Object.assign(this, { panel, value, around: frame("number") });
    this.slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 1, step: "any" });
    this.way = Object.assign(document.createElement("div"), { className: "way" });
    this.number = typed((text) => value.mean(text));
    this.number.inputMode = "decimal";
    this.way.append(this.slider);
    this.around.head.insertBefore(this.number, this.around.help);
    this.around.box.insertBefore(this.way, this.around.box.children[1]);
    this.switch = switchBefore(panel, this.around, this);
    this.listen();
  }

  show() {
    const { around, slider, number, way, value: { row, on, text } } = this, { heard, words, locked } = row;
    around.show(row, slider, number);
    this.switch.show(row.switch);
    around.box.classList.toggle("off", Boolean(locked || !on));
    slider.setAttribute("aria-label", heard);
    number.setAttribute("aria-label", `${words}, typed`);
    number.tell(text);
    way.hidden = row.typed;
    this.tickAll(row.ticks);
    this.stand();
  }

  leave() {
    this.value.views.delete(this);
    this.switch.leave();
  }

  tickAll(ticks) {
    const told = JSON.stringify(ticks);
    if (this.ticks === told) return;
    this.ticks = told;
    this.way.querySelectorAll("i").forEach((tick) => tick.remove());
    for (const [value, words] of ticks) {
      const tick = Object.assign(document.createElement("i"), { title: words, className: words ? "named" : "" });
      tick.style.setProperty("--at", share(this.value.row, value));
      this.way.prepend(tick);
    }
  }

  stand() {
    const { slider, way, value: { row, number } } = this;
    const words = row.ticks.find(([at, name]) => at === number && name)?.[1];
    slider.value = share(row, number);
    const unit = number === 1 ? row.unit.replace(/([^s])s$/, "$1") : row.unit;
    slider.setAttribute("aria-valuetext", `${number}${unit && ` ${unit}`}${words ? `, ${words}` : ""}`);
    way.style.setProperty("--at", slider.value);
  }

  listen() {
    const { slider, way, number, value } = this;
    movedByKeys(slider, () => value);
    movedByKeys(number, () => value, (key) => (/^(Arrow(Up|Down)|Page)/.test(key) ? key : null));
    // By what is no key and no pointer, such as a screen reader's gesture.
    slider.addEventListener("input", () => {
      value.hold();
      value.try(at(value.row, Number(slider.value)));
    });
    slider.addEventListener("change", () => value.release());
    way.addEventListener("pointerdown", (event) => this.grasp(event));
    way.addEventListener("dblclick", () => value.text !== value.row.default && !value.row.locked && value.mean(value.row.default));
  }

  grasp(event) {
    const { slider, way, value, value: { row } } = this;
    if (event.button !== 0 || row.locked || way.classList.contains("held")) return;
    value.release(); // keys that have not come to rest
    const { left, width } = way.getBoundingClientRect(), long = width - THUMB, finger = event.pointerType === "touch";
    let along = share(row, value.number), x = event.clientX;
    if (!finger) event.preventDefault(); // it selects no text
    slider.focus({ preventScroll: true, focusVisible: false });
    value.hold();
    // A mouse that takes hold beside the thumb brings it there; a finger moves it from where it is.
    if (!finger && Math.abs(x - left - THUMB / 2 - along * long) > GRIP) {
      along = (x - left - THUMB / 2) / long;
      value.try(at(row, along, event.shiftKey));
    }
    follow(way, event, (next) => {
      along += (next.clientX - x) / long / (next.shiftKey ? FINE : 1);
      x = next.clientX;
      value.try(at(row, along, next.shiftKey));
    }, (givenUp) => (givenUp ? value.giveUp() : value.release()));
  }
}
