"""Where a chart writes its words: numbers at their ticks, titles beside those, notes in the plot, the numbers of a bar
of colours beside it; every figure of the project, by arithmetic of the test's own."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

import pytest

from core.plotting.drawing import Drawing
from tests.browser.canvas import Canvas, Picture
from tests.browser.test_drawn import EACH, figures, none

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GAP, ROW, TALL = 6, 1.25, 0.35  # px between plot and words; of a line, and from its middle to its foot, in letters
BAR = 30  # px from a plot to the numbers of its bar of colours
SPY = """() => {
window.said = [];
const own = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  const { a, b, c, d, e, f } = this.getTransform();
  said.push({ text, x: a * x + c * y + e, y: b * x + d * y + f, turned: b !== 0, wide: this.measureText(text).width,
    size: Number(/([\\d.]+)px/.exec(this.font)[1]), canvas: this.canvas });
  own.call(this, text, x, y); }; }"""
SAID = """async () => {
  const { redraw } = await import("/canvas.js"), { u, state } = window.chart;
  said.length = 0;
  redraw(u, state);
  return { words: said.filter(({ canvas }) => canvas === u.ctx.canvas).map(({ canvas, ...word }) => word),
    marks: state.marks, bar: state.bar && [state.bar.zmin, state.bar.zmax],
    size: [u.ctx.canvas.width, u.ctx.canvas.height] };
}"""


@dataclass
class Word:
    """Letters that stand in one row; x and y are those of its foot at its beginning, px."""

    text: str
    x: float
    y: float
    wide: float
    size: float
    turned: bool

    @property
    def middle(self) -> float:
        return self.x + self.wide / 2


def rows(pieces: list[dict]) -> list[Word]:
    """What is raised or lowered goes on where the piece before it ends."""
    out: list[Word] = []
    for one in pieces:
        last = out[-1] if out else None
        along = last and (last.y - one["y"] if last.turned else one["x"] - last.x)
        aside = last and abs(one["x"] - last.x if last.turned else one["y"] - last.y)
        if last and last.turned == one["turned"] and abs(along - last.wide) < 0.5 and 0 <= aside < 0.6 * last.size:
            last.text += one["text"]
            last.wide += one["wide"]
        else:
            out.append(Word(**one))
    return out


def plain(html: str) -> str:
    return re.sub(r"</?(sup|sub|b)>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass
class Written:
    seen: Picture
    words: list[Word]
    marks: list[dict]
    bar: list[float] | None
    size: list[int]

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Of the plot: left, right, top, foot, px."""
        left, top, width, height = self.seen.plot
        return left, left + width, top, top + height

    def place(self, axis: str, at: float) -> float:
        """px of a value in the axis' own units."""
        told, (left, top, width, height) = self.seen.axes[axis], self.seen.plot
        (low, high), (first, last) = told["ends"], told["part"]
        share = first + (last - first) * (at - low) / (high - low)
        share = 1 - share if told["reversed"] else share
        return left + share * width if axis == "x" else top + (1 - share) * height


@pytest.fixture(scope="module")
def canvas(browser):
    page = Canvas(browser)
    page.page.evaluate(SPY)
    yield page
    page.close()


@pytest.fixture(scope="module")
def written(canvas, group) -> dict[str, tuple[Drawing, Written]]:
    out = {}
    for name, figure in figures(group).items():
        seen = canvas.draw(figure, apart=False).whole
        told = canvas.page.evaluate(SAID)
        out[name] = figure, Written(seen, rows(told["words"]), told["marks"], told["bar"], told["size"])
    return out


def title(figure: Drawing, axis: str) -> str:
    return plain(figure.look.get(f"{axis[0]}axis{axis[1:]}", {}).get("title", {}).get("text", ""))


def at_ticks(one: Written, axis: str) -> list[tuple[float, Word | None]]:
    """The place of every tick, and its words if they are written there."""
    left, _, _, foot = one.sides
    out = []
    for at, text in one.seen.axes[axis]["ticks"]:
        place = one.place(axis, at)
        there = [word for word in one.words if not word.turned and word.text == plain(text.split("<br>")[0])
                 and (word.y > foot + 2 and abs(word.middle - place) < 1.5 if axis == "x" else
                      word.x + word.wide < left and abs(word.y - TALL * word.size - place) < 1.5)]
        out.append((place, there[0] if there else None))
    return out


@EACH
def test_the_words_of_a_tick_stand_at_it(group, written):
    faults = []
    for name, (figure, one) in written.items():
        left, _, _, foot = one.sides
        for axis in one.seen.axes:
            if figure.look.get(f"{axis[0]}axis{axis[1:]}", {}).get("visible") is False:
                continue
            for place, word in (ticks := at_ticks(one, axis)):
                if word is None:
                    near = [other for at, other in ticks if other is not None and at != place and (
                        abs(at - place) < other.wide + 30 if axis == "x" else abs(at - place) < 16.5)]
                    if not near and place < one.size[0] - 30:
                        faults.append(f"{name}: nothing at the tick of {axis} at {place:.0f}")
                elif axis == "x" and abs(word.y - (foot + GAP + (ROW / 2 + TALL) * word.size)) > 1:
                    faults.append(f"{name}: {word.text!r} is not below the plot")
                elif axis != "x" and abs(word.x + word.wide - (left - GAP)) > 1:
                    faults.append(f"{name}: {word.text!r} does not end beside the plot")
            shown = sorted((word for _, word in ticks if word is not None), key=lambda word: word.x)
            if axis == "x":
                faults += [f"{name}: {a.text!r} touches {b.text!r}" for a, b in pairwise(shown)
                           if a.x + a.wide > b.x]
    none(faults)


@EACH
def test_titles_of_axes_stand_beside_their_ticks_and_within_the_canvas(group, written):
    faults = []
    for name, (figure, one) in written.items():
        left, right, _, _ = one.sides
        for axis in one.seen.axes:
            text = title(figure, axis)
            if not text or figure.look.get(f"{axis[0]}axis{axis[1:]}", {}).get("visible") is False:
                continue
            turned = axis != "x"
            found = [word for word in one.words if word.text == text and word.turned == turned]
            if len(found) != 1:
                faults.append(f"{name}: {text!r} is written {len(found)} times")
                continue
            word, ticks = found[0], [tick for _, tick in at_ticks(one, axis) if tick is not None]
            if turned:
                low, high = (one.place(axis, end) for end in one.seen.axes[axis]["ends"])
                if abs(word.y - word.wide / 2 - (low + high) / 2) > 1.5:
                    faults.append(f"{name}: {text!r} is not at the middle of its axis")
                if word.x - 0.85 * word.size < -1 or any(word.x + 0.25 * word.size > tick.x for tick in ticks):
                    faults.append(f"{name}: {text!r} leaves the canvas or lies on numbers")
            else:
                whole = word.x > 1 and word.x + word.wide < one.size[0] - 2
                if whole and abs(word.middle - (left + right) / 2) > 1.5:
                    faults.append(f"{name}: {text!r} is not at the middle of its axis")
                beyond = word.y + 0.25 * word.size > one.size[1] + 1
                if beyond or any(word.y - 0.8 * word.size < tick.y for tick in ticks):
                    faults.append(f"{name}: {text!r} leaves the canvas or lies on numbers")
    none(faults)


@EACH
def test_the_numbers_of_a_bar_of_colours_stand_beside_it(group, written):
    faults = []
    for name, (_, one) in written.items():
        if one.bar is None:
            continue
        (left, top, width, height), (low, high) = one.seen.plot, one.bar
        if len(one.marks) < 2:
            faults.append(f"{name}: {len(one.marks)} numbers")
        for mark in one.marks:
            y = top + height * (1 - (mark["at"] - low) / (high - low))
            if not any(word.text == plain(mark["text"]) and abs(word.x - (left + width + BAR)) < 1
                       and abs(word.y - TALL * word.size - y) < 1 and word.x + word.wide <= one.size[0] + 1
                       for word in one.words):
                faults.append(f"{name}: {mark['text']!r} is not at {y:.0f}")
    none(faults)


@EACH
def test_notes_stand_in_the_plot_in_whole(group, written):
    faults = []
    for name, (figure, one) in written.items():
        left, top, width, height = one.seen.plot
        for note in figure.look.get("annotations", []):
            lines = plain(note["text"]).split("<br>")
            spoken = " ".join(word.text for word in one.words if not word.turned)
            for word in " ".join(lines).split():
                if word not in spoken:
                    faults.append(f"{name}: {word!r} of {note['text']!r} is missing")
            for word in one.words:
                if word.text in lines and not (left - 1 <= word.x and word.x + word.wide <= left + width + 1
                                               and top - 2 <= word.y - 0.8 * word.size
                                               and word.y <= top + height + 2):
                    faults.append(f"{name}: {word.text!r} leaves the plot")
    none(faults)


EDGE = 4  # px that a note keeps from the ends of the plot


@EACH
def test_a_note_of_one_line_stands_where_it_is_said_to(group, written):
    """At its place, moved no more than the ends of the plot ask for."""
    faults = []
    for name, (figure, one) in written.items():
        left, top, width, height = one.seen.plot
        for note in figure.look.get("annotations", []):
            text = plain(note["text"])
            found = [word for word in one.words if word.text == text and not word.turned]
            if "<br>" in text or note.get("name") == "change" or not found:
                continue
            across = left + note["x"] * width if note.get("xref") == "paper" else one.place("x", placed(figure, note))
            wide = found[0].wide
            begins = across - {"left": -EDGE, "center": wide / 2, "right": wide + EDGE}[note.get("xanchor", "center")]
            wanted = max(left + EDGE, min(begins, left + width - wide - EDGE))
            if not any(abs(word.x - wanted) < 1.5 for word in found):
                faults.append(f"{name}: {text!r} begins at {found[0].x:.0f}, not at {wanted:.0f}")
            if note.get("yref") != "paper" or note["y"] > 0.1:
                axis = note["yref"] if note.get("yref") in one.seen.axes else "y"
                down = top + (1 - note["y"]) * height if note.get("yref") == "paper" else one.place(axis, note["y"])
                aside = {"top": 0.5, "middle": 0.0, "bottom": -0.5}[note.get("yanchor", "middle")] * ROW
                if not any(abs(word.y - down - (aside + TALL) * word.size) < 1.5 for word in found):
                    faults.append(f"{name}: {text!r} is at {found[0].y:.0f}, not at {down:.0f}")
    none(faults)


def placed(figure: Drawing, note: dict) -> float:
    return math.log10(note["x"]) if figure.look["xaxis"].get("type") == "log" else note["x"]
