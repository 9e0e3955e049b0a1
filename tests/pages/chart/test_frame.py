"""A stage's frames: the first is whole, and each says what changed since the one before it; applied in their order they
are the stage."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.plotting import theme
from core.plotting.drawing import Drawing
from pages._chart import frame as module
from pages._chart.frame import HtmlCell, as_json, frame, whole
from pages._chart.patch import same, specification
from tests.pages.chart.test_patch import applied, decoded, sent


def figure(last, text="said"):
    return theme.figure([theme.line([0, 1], [0, last], "line", theme.MEASURED)], title="t", x="x", y="y", text=text)


def bent(last):
    """A figure that is not drawn."""
    return Drawing([{**figure(last).traces[0], "mode": "steps"}], figure(last).look)


class Browser:
    """Takes frames as browser/stage.js does: the order of the cells of each part, and what stands in them."""

    def __init__(self):
        self.have, self.parts, self.cells, self.texts = None, {}, {}, {}

    def take(self, told):
        told = json.loads(as_json(told))
        assert told["base"] in (None, self.have)
        self.have = told["n"]
        self.parts = told.get("parts", self.parts)
        for cell in told["cells"]:
            name = cell["name"]
            self.texts[name] = cell.get("text", self.texts.get(name))
            if "html" in cell:
                self.cells[name] = HtmlCell(cell["html"], cell["span"])
            elif "figure" in cell:
                self.cells[name] = decoded(cell["figure"])
            elif "patch" in cell:
                self.cells[name] = applied(self.cells[name], cell["patch"])
            elif "outside" in cell:
                self.cells[name] = None

    def shown(self):
        return {part: {name: self.cells[name] for name in names} for part, names in self.parts.items()}


def names(told):
    return [cell["name"] for cell in told["cells"]]


FIRST = {"said": {"words": HtmlCell("<b>w</b>")}, "charts": {"a": figure(1), "b": figure(2)}}


def test_the_first_frame_is_whole():
    told, made = frame(None, 7, FIRST)
    assert (made["n"], made["base"], made["parts"]) == (7, None, {"said": ("words",), "charts": ("a", "b")})
    assert names(made) == ["words", "a", "b"]
    assert made["cells"][0] == {"name": "words", "html": "<b>w</b>", "span": 1}
    assert made["cells"][1].keys() == {"name", "text", "figure", "dark"}
    assert told.number == 7


def test_then_what_changed_is_told_alone():
    told, _ = frame(None, 1, FIRST)
    told, made = frame(told, 2, {"said": {"words": HtmlCell("<b>w</b>")},
                                 "charts": {"a": figure(3), "b": FIRST["charts"]["b"]}})
    assert made.keys() == {"n", "base", "cells"}
    assert (made["n"], made["base"], names(made)) == (2, 1, ["a"])
    assert made["cells"][0].keys() == {"name", "patch"}
    assert made["cells"][0]["patch"]["traces"].keys() == {"0"}
    _, made = frame(told, 3, {"said": {"words": HtmlCell("<b>w</b>", span=2)},
                              "charts": {"a": figure(3), "b": figure(2, "other words")}})
    assert made["cells"] == [{"name": "words", "html": "<b>w</b>", "span": 2}, {"name": "b", "text": "other words"}]


@pytest.mark.parametrize("again", [FIRST, {"said": {"words": HtmlCell("<b>w</b>")},
                                           "charts": {"a": figure(1), "b": figure(2)}}], ids=["it", "made anew"])
def test_where_nothing_changed_nothing_is_told(again):
    told, _ = frame(None, 1, FIRST)
    after, made = frame(told, 2, again)
    assert made == {"n": 2, "base": 1, "cells": []}
    assert (after.number, after.parts) == (2, told.parts)


def test_a_figure_that_is_not_the_last_one_told_is_compared_with_that_all_the_same():
    """It rests for a frame, is made anew without a change, and changes then."""
    browser, told = Browser(), None
    for number, last in enumerate([1, 1, 2, 2, 1], start=1):
        told, made = frame(told, number, {"charts": {"a": figure(last)}})
        browser.take(made)
        assert same(browser.shown()["charts"]["a"]["data"][0]["y"], np.float32([0, last]))


def test_cells_and_parts_may_come_and_go():
    told, _ = frame(None, 1, FIRST)
    told, made = frame(told, 2, {"charts": {"b": FIRST["charts"]["b"]}})
    assert (made["parts"], made["cells"]) == ({"charts": ("b",)}, [])
    told, made = frame(told, 3, FIRST)
    assert (made["parts"], names(made)) == ({"said": ("words",), "charts": ("a", "b")}, ["words", "a"])
    assert "figure" in made["cells"][1], "it was away: whole"
    _, made = frame(told, 4, {"said": FIRST["said"], "charts": {"b": FIRST["charts"]["b"], "a": FIRST["charts"]["a"]}})
    assert (made["parts"]["charts"], made["cells"]) == (("b", "a"), [])


def test_a_chart_in_the_place_of_words_and_words_in_that_of_a_chart_are_told_whole():
    told, _ = frame(None, 1, {"p": {"a": HtmlCell("w"), "b": figure(1)}})
    _, made = frame(told, 2, {"p": {"a": figure(1), "b": HtmlCell("w")}})
    assert [cell.keys() for cell in made["cells"]] == [{"name", "text", "figure", "dark"}, {"name", "html", "span"}]


def test_other_traces_are_told_as_a_whole_figure():
    two = Drawing([*figure(1).traces, *figure(2).traces], figure(1).look)
    told, _ = frame(None, 1, {"p": {"a": figure(1)}})
    _, made = frame(told, 2, {"p": {"a": two}})
    assert len(made["cells"][0]["figure"]["data"]) == 2


def test_what_is_not_drawn_is_told_in_words_and_logged_once(caplog):
    module._noted.cache_clear()
    told, made = frame(None, 1, {"p": {"a": bent(1)}})
    assert made["cells"] == [{"name": "a", "text": "said", "outside": True}]
    told, made = frame(told, 2, {"p": {"a": bent(2)}})
    assert made["cells"] == [{"name": "a", "text": "said", "outside": True}]
    (record,) = caplog.records
    assert record.getMessage().startswith("The chart a is told in words: data[0].mode: ")
    assert record.name == "pages._chart.frame"
    _, made = frame(told, 3, {"p": {"a": figure(3)}})
    assert made["cells"][0].keys() == {"name", "text", "figure", "dark"}


def test_a_whole_cell_is_told_as_in_a_first_frame():
    for name, cell in FIRST["charts"].items():
        assert same(whole(name, cell), frame(None, 1, {"p": {name: cell}})[1]["cells"][0])


def test_what_is_known_before_is_left_as_it_is():
    """A line that lost its frame on the way begins from what it knew."""
    told, _ = frame(None, 1, FIRST)
    changed = {"said": {"words": HtmlCell("other")}, "charts": {"a": figure(5), "b": figure(2)}}
    first, again = frame(told, 2, changed)[1], frame(told, 2, changed)[1]
    assert as_json(first) == as_json(again)


def test_a_message_is_json_without_blanks_and_with_its_letters():
    text = as_json({"n": 1, "cells": [{"html": "‖∂L/∂h‖"}]})
    assert text == '{"n":1,"cells":[{"html":"‖∂L/∂h‖"}]}'


def drawing(random, before):
    """A chart that is drawn: other than the one before it, or that one with points appended, changed or taken away."""
    if before is None or random.random() < 0.2:
        n = int(random.integers(0, 30))
        traces = [{"type": "scatter", "mode": "lines", "x": np.arange(float(n)), "y": random.normal(size=n),
                   "line": {"color": "#0072b2"}} for _ in range(random.integers(1, 3))]
        return Drawing([*traces, {"type": "heatmap", "z": random.normal(size=(n, 3))}], {"title": {"text": "t"}})
    traces = []
    for trace in before.traces:
        arrays = {name: value for name, value in trace.items() if isinstance(value, np.ndarray)}
        more, keep = int(random.integers(0, 4)), random.random()
        for name, value in arrays.items():
            kept = (value[:int(len(value) * keep)] if random.random() < 0.3 else value).copy()
            kept[random.random(len(kept)) < 0.1] = random.choice([np.nan, -np.inf, 1.0])
            arrays[name] = np.concatenate([kept, random.normal(size=(more, *value.shape[1:]))])
        traces.append(trace | arrays)
    look = dict(before.look) | {"title": {"text": str(random.integers(3))}}
    if random.random() < 0.5:
        look["xaxis"] = {"range": random.normal(size=2).tolist()}
    else:
        look.pop("xaxis", None)
    return Drawing(traces, look)


def stage(random, before):
    """Words and charts in one part or two, of which some come, go, move, change and rest."""
    known = {name: cell for cells in before.values() for name, cell in cells.items()}
    cells = {}
    for name in random.permutation(["a", "b", "c", "w"])[:random.integers(0, 5)]:
        rests = name in known and random.random() < 0.4
        cells[str(name)] = known[name] if rests else HtmlCell(str(random.integers(3))) if name == "w" \
            else drawing(random, known.get(name))
    cut = random.integers(0, len(cells) + 1)
    return {"first": dict(list(cells.items())[:cut]), "second": dict(list(cells.items())[cut:])}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2 ** 32))
def test_frames_in_their_order_give_the_stage(seed):
    """Whatever it shows, also where a line begins anew in between."""
    random = np.random.default_rng(seed)
    browser, told, parts = Browser(), None, {}
    for number in range(1, 8):
        parts = stage(random, parts)
        if random.random() < 0.2:
            browser, told = Browser(), None
        told, made = frame(told, number, parts)
        browser.take(made)
        shown = browser.shown()
        assert [(part, list(cells)) for part, cells in shown.items()] == [
            (part, list(cells)) for part, cells in parts.items()]
        for part, cells in parts.items():
            for name, cell in cells.items():
                now = cell if isinstance(cell, HtmlCell) else sent(specification(cell))
                assert same(shown[part][name], now), (number, name)
