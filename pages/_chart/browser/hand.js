// Where the reader's hand is on a plot.

const STILL = 5; // px: less is a click
export const TOUCH = "touch";

// px from the corner of the plot
export function place(chart, { clientX, clientY }) {
  const box = chart.u.over.getBoundingClientRect();
  return [clientX - box.left, clientY - box.top];
}

export const size = ({ u }) => [u.over.clientWidth, u.over.clientHeight];
export const inside = (chart, [x, y]) => x >= 0 && y >= 0 && x <= size(chart)[0] && y <= size(chart)[1];
export const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) > STILL;
