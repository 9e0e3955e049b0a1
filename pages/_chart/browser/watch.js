// What can change without a message: a chart's size, whether it is in sight, the page's colours, the screen.

import { pageTheme } from "./colours.js";

export function watch(chart, { ask, paint, themed }) {
  const sizes = new ResizeObserver(() => {
    const shown = chart.plot.hidden ? chart.solid : chart.plot, size = [shown.clientWidth, shown.clientHeight];
    if (size[0] === chart.size[0] && size[1] === chart.size[1]) return;
    chart.size = size;
    ask(chart);
  });
  for (const element of [chart.plot, chart.solid]) sizes.observe(element);
  new IntersectionObserver((entries) => {
    chart.seen = entries.at(-1).isIntersecting;
    if (chart.seen && chart.waiting) ask(chart);
  }, { rootMargin: "300px" }).observe(chart.box);
  window.addEventListener("beforeprint", () => {
    chart.seen = true; // on paper
    paint(chart);
  });
  setInterval(() => {
    if (!chart.root.isConnected || !chart.spec) return;
    const before = chart.theme, theme = pageTheme(chart.root);
    if (before && Object.keys(theme).every((name) => theme[name] === before[name])) return;
    chart.theme = themed(chart);
    ask(chart);
  }, 700);
}
