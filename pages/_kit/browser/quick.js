// A frame in which points moved and nothing else: the paths that plotly has drawn are given their new course.
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

// Moves what has moved, and returns true; or does nothing and returns false.
//   box: the element that plotly has drawn in; moved: indices of traces; data: all traces as they are now
export function quick(box, moved, data) {
  if (box._fullData?.length !== data.length) return false;
  const all = [];
  for (const i of moved) {
    const { visible } = box._fullData[i]; // "legendonly": hidden by the reader; false: by us, or there were no points
    if (visible === "legendonly" || data[i].visible === false) continue;
    if (visible !== true) return false;
    const found = moves(box, box._fullData[i], data[i]);
    if (!found) return false;
    all.push(...found);
  }
  for (const [element, name, text] of all) element.setAttribute(name, text);
  return true;
}
