// A surface in three dimensions, which Plotly draws in its place on the page. It is turned by hand or by the arrow keys;
// it has the buttons of every chart, and none of Plotly's, which would be stops of the Tab key.

import { forPlotly, plotly } from "./plotly.js";

export const TURNS = "Arrow keys turn it, Enter leads to its buttons.";
const STEP = Math.PI / 24;
const LOW = 0.05, HIGH = Math.PI - LOW; // from straight above to straight below
const EYE = { x: 1.25, y: 1.25, z: 1.25 }; // Plotly's own

// Draws it, and anew what has changed; the reader's camera stays.
export function drawSolid(chart, size, done) {
  plotly(chart.plotlyUrl).then((Plotly) => {
    if (!chart.root.isConnected) return;
    const [data, layout] = forPlotly(chart.spec, chart.theme, { width: size[0], height: size[1], title: { text: "" },
      margin: { l: 8, r: 12, t: 24, b: 8 } });
    Plotly.react(chart.solid, data, layout, { displayModeBar: false });
    chart.drawnSolid = true;
    done();
  }, (error) => { chart.solid.textContent = error.message; });
}

// Turns it by one step about its upright axis, or up and down. Returns false where the key is another one's.
export function turned({ solid }, key) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!steps || !solid.layout) return false;
  look(solid, steps.map((step) => step * STEP));
  return true;
}

// By angles about its upright axis and down, and from so many times as far.
function look(solid, [around, down], times = 1) {
  const { x, y, z } = solid.layout.scene.camera?.eye ?? EYE, far = Math.hypot(x, y, z);
  const side = Math.atan2(y, x) + around, tilt = Math.max(LOW, Math.min(HIGH, Math.acos(z / far) + down)), away = far * times;
  window.Plotly.relayout(solid, { "scene.camera.eye": { x: away * Math.sin(tilt) * Math.cos(side), y: away * Math.sin(tilt) * Math.sin(side), z: away * Math.cos(tilt) } });
}

// Two fingers turn it and bring it nearer; one scrolls the page. Plotly, which turns it by one, hears of neither.
export function listenToFingers({ solid }) {
  let before = null;
  const places = ({ touches }) => [...touches].map(({ clientX, clientY }) => [clientX, clientY]);
  const hold = ([a, b]) => ({ at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], apart: Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])) });
  for (const kind of ["touchstart", "touchmove", "touchend", "touchcancel"]) solid.addEventListener(kind, (event) => {
    event.stopPropagation();
    const now = event.touches.length === 2 ? hold(places(event)) : null;
    if (now) event.preventDefault();
    if (now && before && kind === "touchmove" && solid.layout)
      look(solid, [0, 1].map((i) => ((before.at[i] - now.at[i]) / solid.clientWidth) * Math.PI), before.apart / now.apart);
    before = now;
  }, { capture: true, passive: false });
}
