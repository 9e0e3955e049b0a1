// What of a chart can be taken hold of: a grip for each handle that its figure declares (core/plotting/handles.py) and for
// whose parameters the page has controls. Moving it is moving those.

import { Grip } from "./grip.js";
import { Points } from "./points.js";
import { valueOf } from "./value.js";

const AXES = ["x", "y", "radius", "points"];
const named = (handle) => AXES.filter((axis) => handle[axis]).map((axis) => ({ axis, lies: handle[axis], name: handle[axis].name }));

// After a chart has been drawn: its grips stand where their parameters say.
export function grips(chart) {
  chart.grips ??= new Map();
  const here = new Map();
  for (const handle of chart.state.layout.meta?.handles ?? []) {
    const held = named(handle).map((one) => ({ ...one, value: valueOf(one.name) }));
    if (held.every(({ value }) => value)) here.set(held.map(({ axis, name }) => `${axis} ${name}`).join(), { handle, held });
  }
  for (const [key, grip] of chart.grips) if (!here.has(key)) {
    grip.leave();
    chart.grips.delete(key);
  }
  for (const [key, { handle, held }] of here) {
    if (!chart.grips.has(key)) chart.grips.set(key, new (handle.points ? Points : Grip)(chart, held));
    chart.grips.get(key).arrive(handle, held);
  }
}
