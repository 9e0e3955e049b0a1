// The names of a chart's traces, each a button that hides its trace. They are no stops of the Tab key: the chart is one,
// and its Enter key leads to them (keys.js).

import { show } from "./rich.js";
import { mark } from "./marks.js";
import { dashed } from "./lines.js";

const SAMPLE = [30, 14]; // px

// Indices of the traces that have an entry: those with points, if they are more than one.
export function entries({ data, layout }) {
  const lines = data.map((trace, i) => ({ trace, i })).filter(({ trace }) => (trace.type === "scatter" || trace.showlegend === true) && trace.visible !== false && trace.x?.length);
  const named = lines.filter(({ trace }) => trace.showlegend !== false && trace.name);
  if (!named.length || (lines.length < 2 && !named[0].trace.showlegend)) return [];
  return (layout.legend?.traceorder === "reversed" ? named.reverse() : named).map(({ i }) => i);
}

// Writes them into an element, and draws anew what has changed.
//   toggle(indices, alone): called with what a click hides or shows; alone where all the others are meant
export function legend(root, state, toggle) {
  const { data, layout, theme, hidden } = state, wanted = entries({ data, layout });
  while (root.children.length > wanted.length) root.lastChild.remove();
  while (root.children.length < wanted.length) root.append(entry());
  wanted.forEach((i, place) => {
    const button = root.children[place], trace = data[i];
    button.onclick = ({ detail }) => toggle(kin(data, i), detail === 2);
    button.setAttribute("aria-pressed", String(!hidden.has(i)));
    show(button.lastChild, trace.name);
    const look = JSON.stringify([trace.line, first(trace.marker?.symbol), first(trace.marker?.size), first(trace.marker?.color), trace.mode, trace.fill, trace.fillcolor, theme.dark, theme.forced, theme.background, theme.ratio]);
    if (button.look !== look) sample(button.firstChild, trace, theme);
    button.look = look;
  });
}

// The traces that are hidden after a click: the group is no more, or is again; or it is alone, or all are back.
export function toggled({ data, layout, hidden }, group, alone) {
  const others = entries({ data, layout }).filter((i) => !group.includes(i));
  const rest = others.flatMap((i) => kin(data, i));
  if (alone) return new Set(rest.every((i) => hidden.has(i)) ? [] : rest);
  const all = new Set(hidden), has = hidden.has(group[0]);
  for (const i of group) has ? all.delete(i) : all.add(i);
  return all;
}

// The traces that come and go with one.
const kin = (data, i) => data.map((other, j) => j).filter((j) => j === i || (data[i].legendgroup && data[j].legendgroup === data[i].legendgroup));

// What a trace is called but for its numbers, which change from run to run, and which of that name it is.
const calls = (data) => data.map(({ type, name }) => `${type} ${(name ?? "").replace(/[\d.,\u2212+-]+/g, "#")}`)
  .map((call, i, all) => `${call} ${all.slice(0, i).filter((other) => other === call).length}`);

// The hidden traces of one figure in the next.
export function stillHidden(hidden, before, data) {
  const were = calls(before).filter((_, i) => hidden.has(i));
  return new Set(calls(data).flatMap((call, i) => (were.includes(call) ? [i] : [])));
}

function entry() {
  const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1 });
  button.append(Object.assign(document.createElement("canvas"), { ariaHidden: "true" }), document.createElement("span"));
  return button;
}

const first = (value) => (Array.isArray(value) || ArrayBuffer.isView(value) ? value[0] : value);

function sample(canvas, trace, theme) {
  const k = Math.max(1, window.devicePixelRatio), [width, height] = SAMPLE;
  Object.assign(canvas, { width: width * k, height: height * k });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  draw(canvas.getContext("2d"), 0, (height / 2) * k, k, trace, theme);
}

// What stands for a trace, from a place to the right.
export function draw(ctx, x, y, k, trace, theme) {
  const { line = {}, marker = {}, mode = "lines" } = trace, end = x + SAMPLE[0] * k;
  if (trace.fill === "toself" && trace.fillcolor) {
    ctx.globalAlpha = trace.opacity ?? 1;
    ctx.fillStyle = theme.colour(trace.fillcolor);
    ctx.fillRect(x, y - 5 * k, end - x, 10 * k);
  }
  ctx.globalAlpha = 1;
  if (trace.type !== "scatter" || mode.includes("lines")) {
    ctx.strokeStyle = theme.colour(line.color ?? first(marker.color) ?? "#000000");
    ctx.lineWidth = Math.min(5, line.width ?? 2) * k;
    ctx.setLineDash(dashed(line.dash, line.width ?? 2, k));
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(end, y);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  const colour = first(marker.color);
  if (trace.type === "scatter" && mode.includes("markers") && typeof colour === "string")
    mark(ctx, first(marker.symbol) ?? "circle", (x + end) / 2, y, Math.max(4, Math.min(SAMPLE[1] - 2, first(marker.size) ?? 6)) * k, { colour: theme.colour(colour), k,
      width: (marker.line?.width ?? 0) * k, rim: marker.line?.color && theme.colour(marker.line.color) });
}
