// The symbols of points.

const corners = (n, turn, inner = 1) => Array.from({ length: n }, (_, i) => {
  const angle = turn + (2 * Math.PI * i) / n, r = i % 2 ? inner : 1;
  return [r * Math.cos(angle), r * Math.sin(angle)];
});
const SHAPES = { square: corners(4, Math.PI / 4).map(([x, y]) => [x * 1.25, y * 1.25]), diamond: corners(4, 0).map(([x, y]) => [x * 1.2, y * 1.2]),
  star: corners(10, -Math.PI / 2, 0.42).map(([x, y]) => [x * 1.3, y * 1.3]), "triangle-up": corners(3, -Math.PI / 2).map(([x, y]) => [x * 1.2, y * 1.2]),
  "triangle-down": corners(3, Math.PI / 2).map(([x, y]) => [x * 1.2, y * 1.2]) };
const X = 0.85;

// Draws one, `size` px across.
//   from: the point before, from where an arrow comes; rim, width: the line around it
export function mark(ctx, symbol, x, y, size, { colour, rim, width = 0, from = [x, y], k = 1 }) {
  const open = symbol.endsWith("-open"), name = symbol.replace("-open", ""), r = size / 2;
  ctx.beginPath();
  if (name === "arrow") return arrow(ctx, x, y, size, Math.atan2(y - from[1], x - from[0]), colour);
  if (name === "x") {
    for (const [a, b] of [[-1, -1], [-1, 1]]) {
      ctx.moveTo(x + a * X * r, y + b * X * r);
      ctx.lineTo(x - a * X * r, y - b * X * r);
    }
    Object.assign(ctx, { strokeStyle: colour, lineWidth: 0.3 * size });
    return ctx.stroke();
  }
  if (name === "circle") ctx.arc(x, y, r, 0, 2 * Math.PI);
  else {
    SHAPES[name].forEach(([a, b], i) => ctx[i ? "lineTo" : "moveTo"](x + a * r, y + b * r));
    ctx.closePath();
  }
  ctx.fillStyle = colour;
  if (!open) ctx.fill();
  if (!open && !width) return;
  Object.assign(ctx, { strokeStyle: open ? colour : rim ?? colour, lineWidth: open ? width || 1.2 * k : width });
  ctx.stroke();
}

function arrow(ctx, x, y, size, angle, colour) {
  const to = (along, aside) => [x + along * Math.cos(angle) - aside * Math.sin(angle), y + along * Math.sin(angle) + aside * Math.cos(angle)];
  ctx.moveTo(x, y);
  ctx.lineTo(...to(-0.85 * size, 0.36 * size));
  ctx.lineTo(...to(-0.85 * size, -0.36 * size));
  ctx.closePath();
  ctx.fillStyle = colour;
  ctx.fill();
}
