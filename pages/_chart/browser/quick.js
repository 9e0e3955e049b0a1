// A frame in which points moved and nothing else: the paths that plotly has drawn are given their new course, a heat map
// its new colours, a legend its new number.
//
// Plotly works out every default, range, tick and legend anew at each frame: some 50 times the time of the paths alone.
// Here its last whole drawing stands, and with it its axes. Where that would not give the same picture, `quick` changes
// nothing and says so: points outside a range that plotly chooses itself, a line where there was none, a letter that
// enters or leaves the picture, other kinds of traces.

const FAR = 20000; // px outside the chart: as good as infinity, and within what a path can carry

// The axis of a trace ("x2" is layout.xaxis2), where it is linear.
function axisOf(layout, id) {
  const axis = layout[id[0] + "axis" + id.slice(1)];
  return axis?.type === "linear" && !axis.rangebreaks?.length ? axis : null;
}

// value -> px within the plot, to a tenth; null where plotly would have to choose another range
function scaleOf(axis) {
  const [a, b] = axis.range, low = Math.min(a, b), high = Math.max(a, b);
  return (value) => {
    if (axis.autorange !== false && !(value >= low && value <= high)) return null;
    return Math.round(10 * Math.max(-FAR, Math.min(FAR, axis.l2p(value)))) / 10;
  };
}

// [[x, y] in px, or null for a gap], or null where a point is out of range
function placed(trace, xaxis, yaxis) {
  const { x, y } = trace, toX = scaleOf(xaxis), toY = scaleOf(yaxis), out = [];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) {
      out.push(null);
      continue;
    }
    const at = [toX(x[i]), toY(y[i])];
    if (at[0] === null || at[1] === null) return null;
    out.push(at);
  }
  return out;
}

// "M1,2L3,4": a gap lifts the pen
function course(points) {
  let d = "", pen = "M";
  for (const at of points) {
    if (at) d += pen + at[0] + "," + at[1];
    pen = at ? "L" : "M";
  }
  return d || "M0,0";
}

const hidden = (elements) => [...elements].some((element) => element.getAttribute("display") === "none");

// What to write into the elements of one trace, [[element, attribute, text]]; null where it cannot be done so.
function moves(box, full, trace) {
  const plain = full.type === "scatter" && /^(lines|markers|text)(\+(lines|markers|text))*$/.test(full.mode) && !full.stackgroup &&
    (full.line?.shape ?? "linear") === "linear" && !full.connectgaps && ["none", "toself"].includes(full.fill ?? "none");
  if (!plain) return null;
  const xaxis = axisOf(box._fullLayout, full.xaxis), yaxis = axisOf(box._fullLayout, full.yaxis);
  if (!xaxis || !yaxis) return null;
  const points = placed(trace, xaxis, yaxis), group = box.querySelector(`.scatterlayer .trace${full.uid}`);
  if (!points || !group) return null;
  const finite = points.filter(Boolean), out = [];
  if (full.mode.includes("lines")) {
    const [line, ...more] = group.querySelectorAll(".lines > path.js-line");
    if (!line && finite.length > 1) return null;
    if (line) out.push([line, "d", course(points)], ...more.map((one) => [one, "d", "M0,0"]));
  }
  if (full.fill === "toself") {
    const area = group.querySelector(".fills path.js-fill");
    if (!area || finite.length < points.length) return null;
    out.push([area, "d", course(points) + "Z"]);
  }
  // what is not clipped at the axes, plotly hides outside of them
  if (full.cliponaxis === false && !finite.every(([x, y]) => x >= 0 && x <= xaxis._length && y >= 0 && y <= yaxis._length)) return null;
  if (full.mode.includes("markers")) {
    const signs = group.querySelectorAll(".points > path.point");
    if (signs.length !== finite.length || hidden(signs)) return null;
    finite.forEach(([x, y], i) => out.push([signs[i], "transform", `translate(${x},${y})`]));
  }
  if (full.mode.includes("text")) {
    const groups = group.querySelectorAll(".text > .textpoint"), words = group.querySelectorAll(".text > .textpoint > text");
    if (words.length !== finite.length || hidden(groups) || group.querySelector(".textpoint tspan.line")) return null;
    finite.forEach(([x, y], i) => out.push([words[i], "x", x], [words[i], "y", y]));
  }
  return out;
}

// "#0072b2" or "rgb(0, 114, 178)" -> [r, g, b]; null for others
function rgb(colour) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour), ten = /^rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\s*\)$/.exec(colour);
  return hex ? hex.slice(1).map((v) => parseInt(v, 16)) : ten ? ten.slice(1).map(Number) : null;
}

// value -> [r, g, b], straight lines between the stops of the trace's scale
function coloursOf({ colorscale, zmin, zmax, reversescale }) {
  const stops = colorscale.map(([at, colour]) => [zmin + at * (zmax - zmin), rgb(colour)]);
  if (reversescale || stops.some(([, colour]) => !colour)) return null;
  return (value) => {
    let i = 1;
    while (i < stops.length - 1 && value > stops[i][0]) i++;
    const [[a, from], [b, to]] = [stops[i - 1], stops[i]], share = Math.max(0, Math.min(1, (value - a) / (b - a)));
    return from.map((v, k) => Math.round(v + share * (to[k] - v)));
  };
}

const XLINK = "http://www.w3.org/1999/xlink";

// A heat map of even cells is to plotly an image of one pixel for each; so it is here.
function recolours(box, full, trace, before) {
  const group = [...box.querySelectorAll(".heatmaplayer .hm")].find((one) => one.__data__?.[0]?.trace?.uid === full.uid);
  const image = group?.querySelector("image");
  const same = before.length === trace.z.length && before.every((row, i) => row.length === trace.z[i].length);
  if (!image?.style.imageRendering || !same || full.zauto || full.zsmooth || full.coloraxis || full.texttemplate) return null;
  const colour = coloursOf(full), z = trace.z, [rows, columns] = full.transpose ? [z[0].length, z.length] : [z.length, z[0].length];
  if (!colour) return null;
  const xaxis = axisOf(box._fullLayout, full.xaxis), yaxis = axisOf(box._fullLayout, full.yaxis);
  if (!xaxis || !yaxis || xaxis.range[0] > xaxis.range[1] || yaxis.range[0] > yaxis.range[1]) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const pixels = new ImageData(columns, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) {
    const value = full.transpose ? z[j][i] : z[i][j];
    if (Number.isFinite(value)) pixels.data.set([...colour(value), 255], 4 * ((rows - 1 - i) * columns + j)); // upwards
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return [() => image.setAttributeNS(XLINK, "href", canvas.toDataURL("image/png"))];
}

const digits = (text) => text.replace(/\d/g, "0"); // which are all as wide as each other

// The end of a name in the legend, where nothing but its digits is another.
function renames(box, i, name, before) {
  const item = [...box.querySelectorAll(".legend .traces")].find((one) => one.__data__?.[0]?.trace?.index === i);
  if (!item) return box._fullData[i].showlegend && box._fullLayout.showlegend ? null : [];
  const words = document.createTreeWalker(item.querySelector(".legendtext"), NodeFilter.SHOW_TEXT);
  let last = null;
  while (words.nextNode()) last = words.currentNode;
  if (!last || digits(name) !== digits(before)) return null;
  const rest = before.length - last.data.length; // the letters before those, and their tags
  if (rest < 0 || name.slice(0, rest) !== before.slice(0, rest) || /[<>&]/.test(name.slice(rest))) return null;
  return [() => { last.data = name.slice(rest); }];
}

const KNOWN = new Set(["x", "y", "z", "name"]);

// What to do, in pieces as `moves` or as functions; null where it cannot be done so.
function changes(box, i, names, trace) {
  const full = box._fullData[i], before = box.data[i], out = [];
  if (names.has("z")) out.push(names.has("x") || names.has("y") || full.type !== "heatmap" ? null : recolours(box, full, trace, before.z));
  if (names.has("x") || names.has("y")) out.push(moves(box, full, trace));
  if (names.has("name")) out.push(renames(box, i, trace.name, before.name));
  return out.includes(null) ? null : out.flat();
}

// Whether another trace shows, or has to show, which cells of this heat map are exactly zero.
const withZeros = (box, i, data) => data.some(({ meta }, j) => meta?.zeros_of === i &&
  (box._fullData[j].visible === true || data[i].z.some((row) => row.includes(-Infinity))));

// Shows what has changed, and returns true; or does nothing and returns false.
//   box: the element that plotly has drawn in; changed: Map of indices of traces, and of each a Set of the attributes
//   that are other than in the last drawing; data: all traces as they are now
export function quick(box, changed, data) {
  if (box._fullData?.length !== data.length) return false;
  const all = [];
  for (const [i, names] of changed) {
    if (![...names].every((name) => KNOWN.has(name))) return false;
    const { visible } = box._fullData[i]; // "legendonly": hidden by the reader; false: by us, or there were no points
    if (visible === "legendonly" || data[i].visible === false) continue;
    if (visible !== true || (names.has("z") && withZeros(box, i, data))) return false;
    const found = changes(box, i, names, data[i]);
    if (!found) return false;
    all.push(...found);
  }
  for (const one of all) typeof one === "function" ? one() : one[0].setAttribute(one[1], one[2]);
  return true;
}
