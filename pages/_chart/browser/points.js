// The eigenvalues of a chart, each of which can be taken hold of.

import { Grip, there } from "./grip.js";
import { size } from "./hand.js";
import { carried, listed, moved, nearest, spelled, upper } from "./spectrum.js";

const NEAR = { mouse: 10, pen: 16, touch: 22 }; // px from a point that still take hold of it
const CLOSE = 5; // px: what is nearer to each other has met
const STEP = 0.01; // by which an arrow key moves an eigenvalue

// The points of a spectrum: one stop for all of them, at the one that was taken hold of last.
export class Points extends Grip {
  chosen = 0;

  listen() {
    const { box, chart } = this;
    const near = (event) => {
      const { x, y } = there(chart, event), unit = Math.abs(there(chart, { clientX: event.clientX + 1, clientY: event.clientY }).x - x);
      return nearest(this.blocks, [x, y], (NEAR[event.pointerType] ?? NEAR.mouse) * unit);
    };
    const take = (event) => {
      if (!chart.u || !box.isConnected || box.hidden || event.button !== 0 || box.parentElement !== chart.u.over) return;
      if (![null, box].includes(event.target.closest(".grip"))) return; // another lies there: of a pair the upper one is free
      const found = near(event);
      if (found < 0) return;
      event.stopPropagation();
      this.chosen = found;
      this.stand();
      if (event.pointerType !== "touch" || box.contains(event.target)) this.grasp(event);
    };
    chart.plot.addEventListener("pointerdown", take, true);
    chart.plot.addEventListener("pointermove", (event) => chart.u && box.isConnected && !box.hidden && !event.buttons
      && chart.plot.classList.toggle("near", near(event) >= 0));
    box.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["keyup", "blur"]) box.addEventListener(name, () => this.let(false));
  }

  key(event) {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const next = { PageDown: 1, PageUp: -1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !(way || next || event.key === "Escape")) return;
    event.preventDefault();
    if (event.key === "Escape") return this.let(true);
    if (next) {
      this.chosen = (this.chosen + next + this.blocks.length) % this.blocks.length;
      return this.stand();
    }
    const [re, im] = this.blocks[this.chosen];
    this.hold();
    this.to({ x: re + way[0] * STEP, y: im + way[1] * STEP }, false, STEP / 2);
  }

  arrive(handle, held) {
    if (!held[0].value.held) {
      const last = this.blocks?.[this.chosen];
      this.blocks = upper(handle.points.at);
      this.chosen = last ? nearest(this.blocks, last, Infinity) : 0;
    }
    super.arrive(handle, held);
  }

  hold() {
    const [{ value }] = this.held;
    if (!value.held) Object.assign(this, { from: this.blocks[this.chosen], before: value.text });
    super.hold();
  }

  get where() {
    const [x, y] = this.blocks[this.chosen] ?? [];
    return { x, y };
  }

  to({ x, y }, fine, close = (CLOSE * (this.chart.state.axes.x.ends[1] - this.chart.state.axes.x.ends[0])) / size(this.chart)[0]) {
    if (this.handle.points.name === "moved") {
      this.blocks = carried(this.blocks, this.chosen, [x, y]);
      this.held[0].value.try([this.before, listed([this.from, this.blocks[this.chosen]])].filter(Boolean).join(", "));
    } else {
      Object.assign(this, moved(this.blocks, this.chosen, [x, y], close));
      this.held[0].value.try(listed(this.blocks));
    }
    this.stand();
  }

  let(givenUp) {
    super.let(givenUp);
    if (givenUp) this.blocks = upper(this.handle.points.at);
    this.stand();
  }

  speak() {
    const { box } = this, one = this.blocks[this.chosen] ?? [0, 0];
    box.title = "An eigenvalue: drag";
    box.setAttribute("aria-label", "One eigenvalue; Page Down chooses the next");
    box.setAttribute("aria-valuetext", `${spelled(one)}, magnitude ${Number(Math.hypot(...one).toPrecision(4))}`);
    box.setAttribute("aria-valuenow", Math.hypot(...one));
    box.setAttribute("aria-valuemax", 2);
  }
}
