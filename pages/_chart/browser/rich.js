// Words as the figures write them, with a few tags of HTML: pieces that stand as they are, raised or lowered.

const TAG = /<(\/?)(sup|sub|b|br)>/g;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
const SMALL = 0.72, RAISED = 0.36, LOWERED = 0.2, ROW = 1.25; // in sizes of the letters around them
const KEPT = 2000; // words that are taken apart and measured once

const decoded = (text) => text.replace(/&(?:#(\d+)|(\w+));/g,
  (all, code, name) => (code ? String.fromCodePoint(Number(code)) : ENTITIES[name] ?? all));

const pieces = new Map();

// "10<sup>-3</sup>" -> [[{text: "10", level: 0, bold: false}, {text: "-3", level: 1, bold: false}]], a list a line
export const parsed = (html) => kept(pieces, html, () => taken(html));

function kept(map, key, make) {
  let value = map.get(key);
  if (value === undefined) {
    if (map.size > KEPT) map.clear();
    map.set(key, (value = make()));
  }
  return value;
}

function taken(html) {
  const lines = [[]];
  let level = 0, bold = false, at = 0;
  const put = (text) => text && lines.at(-1).push({ text: decoded(text), level, bold });
  for (const { 0: tag, 1: closes, 2: name, index } of html.matchAll(TAG)) {
    put(html.slice(at, index));
    at = index + tag.length;
    if (name === "br") lines.push([]);
    else if (name === "b") bold = !closes;
    else level = closes ? 0 : name === "sup" ? 1 : -1;
  }
  put(html.slice(at));
  return lines;
}

// The same for a name or a file: "10^-3", "W_hh".
export function plain(html) {
  return parsed(html).map((line) => line.map(({ text, level }) => ({ 1: "^", 0: "", "-1": "_" })[level] + text).join("")).join(" ");
}

// And to be heard: "10 to the power −3", "W hh".
export function aloud(html) {
  return parsed(html).map((line) => line.map(({ text, level }) => ({ 1: " to the power ", 0: "", "-1": " " })[level] + text).join("")).join(" ");
}

// The same of words without HTML: "10^-3", "W_hh".
export const heard = (words) => words.replace(/10\^(-?[\d.]*\d)/g, (_, power) => `10 to the power ${power.replace("-", "\u2212")}`)
  .replace(/(?<=[A-Za-zσγρλτ])_(?=\w)/g, " ").replace(/\^(?=[a-z])/g, " to the power ");

// Puts the words into an element of the page, in the place of what it has.
export function show(element, html) {
  if (element.told === html) return;
  element.told = html;
  element.replaceChildren(...parsed(html).flatMap((line, i) => [...(i ? [document.createElement("br")] : []), ...line.map(piece)]));
}

function piece({ text, level, bold }) {
  let node = document.createTextNode(text);
  for (const tag of [level && (level > 0 ? "sup" : "sub"), bold && "b"].filter(Boolean)) {
    const around = document.createElement(tag);
    around.append(node);
    node = around;
  }
  return node;
}

const letters = (font, { level, bold }) => `${bold || font.bold ? "700 " : ""}${font.size * (level ? SMALL : 1)}px ${font.family}`;
const widths = new Map();
document.fonts.addEventListener("loadingdone", () => widths.clear());

function widthOf(ctx, font, one) {
  const face = letters(font, one);
  return kept(widths, face + one.text, () => {
    ctx.font = face;
    return ctx.measureText(one.text).width;
  });
}

// {width, height} in the units of the font's size
export function measured(ctx, html, font) {
  const lines = parsed(html).map((line) => line.reduce((sum, one) => sum + widthOf(ctx, font, one), 0));
  return { width: Math.max(...lines), height: lines.length * ROW * font.size, lines };
}

// Draws words at a place of a canvas.
//   font: {size, family, bold}; align: left, center or right of the place, and `rows` of one another; base: top, middle
//   or bottom; halo: a colour around the letters, over what lies beneath
export function write(ctx, html, x, y, font, { colour, align = "left", rows = align, base = "middle", halo = null } = {}) {
  const { width, height, lines } = measured(ctx, html, font);
  const left = x - { left: 0, center: width / 2, right: width }[align];
  const top = y - { top: 0, middle: height / 2, bottom: height }[base];
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  parsed(html).forEach((line, i) => {
    let at = left + { left: 0, center: (width - lines[i]) / 2, right: width - lines[i] }[rows];
    const foot = top + (i + 0.5) * ROW * font.size + 0.35 * font.size;
    for (const one of line) {
      const height = foot - (one.level > 0 ? RAISED : one.level < 0 ? -LOWERED : 0) * font.size;
      ctx.font = letters(font, one);
      if (halo) {
        Object.assign(ctx, { strokeStyle: halo, lineWidth: 0.28 * font.size, lineJoin: "round" });
        ctx.setLineDash([]);
        ctx.strokeText(one.text, at, height);
      }
      ctx.fillStyle = colour;
      ctx.fillText(one.text, at, height);
      at += widthOf(ctx, font, one);
    }
  });
  return { left, top, width, height };
}

// Words with a line break wherever the next one would not fit; a word alone stands as it is.
export function broken(ctx, html, room, font) {
  return html.split("<br>").map((line) => line.split(" ").reduce((before, word) => {
    const last = `${before.split("<br>").at(-1)} ${word}`;
    return `${before}${measured(ctx, last, font).width > room ? "<br>" : " "}${word}`;
  })).join("<br>");
}
