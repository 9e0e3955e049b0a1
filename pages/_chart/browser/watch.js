// What can change without a message: a chart's size, whether it is in sight, the page's colours, the screen.

export function watch(chart, { ask, paint, resized }) {
  const sizes = new ResizeObserver(() => resized(chart) && ask(chart));
  for (const element of [chart.plot, chart.solid]) sizes.observe(element);
  new IntersectionObserver((entries) => {
    chart.seen = entries.at(-1).isIntersecting;
    if (chart.seen && chart.waiting) ask(chart);
  }, { rootMargin: "300px", scrollMargin: "300px" }).observe(chart.box); // the page scrolls in an element of its own
  window.addEventListener("beforeprint", () => {
    chart.seen = true; // on paper
    paint(chart);
  });
  const anew = () => {
    chart.theme = null;
    ask(chart);
  };
  chart.box.addEventListener("transitionrun", ({ target }) => target === chart.box && anew()); // of its letters' colour
  matchMedia("(forced-colors: active)").addEventListener("change", anew);
  window.addEventListener("dppxchange", anew); // uPlot's word for a screen of another density
}
