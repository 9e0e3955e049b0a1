// What the reader points at, by mouse or by finger, and the same x on the other charts over the same axis.

import { across, under, valueOf } from "./values.js";
import { placed } from "./scales.js";
import { share } from "./picture.js";
import { seenBy, tell, tellNothing } from "./tip.js";
import { TOUCH, far, inside, place } from "./hand.js";

const TWICE = 300; // ms between two clicks that are one double click

const axisName = (chart) => chart.state?.layout.xaxis?.title?.text;

// The other charts over the same axis go to x, or say no more.
function link(chart, charts, x) {
  const name = axisName(chart);
  for (const other of charts.values()) {
    if (other === chart || !other.u || !other.root.isConnected || !name || axisName(other) !== name) continue;
    if (x === null && other.linked === null) continue;
    other.linked = x;
    again(other, charts);
  }
}

function goTo(chart, x) {
  const at = share(chart.state.axes.x, x);
  tell(chart, across(seenBy(chart), chart.state, x), { linked: true });
  chart.line.hidden = !(at >= 0 && at <= 1);
  chart.line.style.translate = `${chart.u.valToPos(at, "x")}px 0`;
}

function point(chart, charts) {
  const [px, py, touch] = chart.pointed, points = under(seenBy(chart), chart.state, px, py);
  tell(chart, points, { from: [px, py], touch });
  const curve = points.find(({ fullData }) => fullData.type === "scatter");
  const x = curve ? placed(chart.state.layout.xaxis, curve.x) : valueOf(chart, chart.state, "x", px);
  chart.line.hidden = true;
  link(chart, charts, points.length ? x : null);
}

// What a chart says is said again when it has been drawn anew.
export function again(chart, charts) {
  if (!chart.u) return;
  if (chart.pointed) point(chart, charts);
  else if (chart.linked !== null) goTo(chart, chart.linked);
  else if (!chart.read) tellNothing(chart);
}

export function away(chart, charts) {
  if (!chart.pointed) return;
  chart.pointed = null;
  if (chart.u) tellNothing(chart);
  link(chart, charts, null);
}

// Makes a chart hear what points at it.
//   picked(point): a point was clicked
export function listen(chart, charts, picked) {
  const { plot } = chart;
  const to = (event) => {
    const at = place(chart, event);
    if (!inside(chart, at)) return away(chart, charts);
    chart.pointed = [...at, event.pointerType === TOUCH];
    point(chart, charts);
  };
  let from = null, meant = null, waits = 0;
  plot.addEventListener("pointerdown", (event) => {
    meant = null;
    from = chart.u && event.isPrimary && !event.button ? place(chart, event) : null;
  });
  plot.addEventListener("pointermove", (event) => chart.u && event.isPrimary && !chart.pinched && to(event));
  plot.addEventListener("pointerup", (event) => {
    if (!from || !event.isPrimary || chart.pinched) return;
    const at = place(chart, event);
    if (!far(from, at) && inside(chart, at)) {
      to(event);
      [meant] = under(seenBy(chart), chart.state, ...at);
    }
    from = null;
  });
  // The second click of two picks nothing; and where two lead back from a zoom, the first waits for it.
  plot.addEventListener("click", ({ detail }) => {
    clearTimeout(waits);
    if (!meant || detail > 1) return;
    const one = meant;
    if (Object.keys(chart.zoom).length) waits = setTimeout(() => picked(one), TWICE);
    else picked(one);
  });
  plot.addEventListener("pointercancel", () => { // the page scrolls
    from = null;
    away(chart, charts);
  });
  plot.addEventListener("touchstart", ({ touches }) => touches.length > 1 && away(chart, charts), { passive: true });
  plot.addEventListener("pointerleave", (event) => event.pointerType !== TOUCH && away(chart, charts));
  // what a finger has asked for stays until it touches something else
  document.addEventListener("pointerdown", (event) => event.pointerType === TOUCH && !plot.contains(event.target) && away(chart, charts));
}
