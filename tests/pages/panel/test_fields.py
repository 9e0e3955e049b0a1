"""What the browser is told of a parameter is what it declares, and its text is one that it takes."""

import pytest

from core.parameters import Flag, Number
from core.specs.recurrence import Recurrence
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import flat_parameters
from pages._panel.fields import MOST_STOPS, as_typed, described, ticks
from pages._panel.rows import Button, Field, Fold, Heading, Prose, told

ALL = flat_parameters() | Reading.parameters()


def number(default=1.0, low=0.0, high=2.0, step=0.1, **more):
    return Number(default=default, low=low, high=high, step=step, label="Size", **more)


@pytest.mark.parametrize("name", ALL)
def test_the_text_of_every_legal_value_is_read_as_this_value(name):
    parameter = ALL[name]
    for value in parameter.legal():
        found = described(parameter, parameter.check(name, value))
        assert parameter.parse(name, found["text"]) == parameter.check(name, value)
        assert parameter.parse(name, found["default"]) == parameter.default


@pytest.mark.parametrize(("parameter", "value", "text"), [
    (number(), 1.0, "1"), (number(), 0.35, "0.35"), (number(), 1e-7, "1e-07"), (number(3, 1, 9, 1), 3, "3"),
    (number(), 1e22, "1e+22"), (Flag(default=False, label=""), True, "true"),
    (ALL["eigenvalues"], (0.5 + 0j, 0.25 - 0.5j), "0.5, 0.25-0.5j"), (ALL["eigenvalues"], (), "")])
def test_a_value_is_shown_as_a_reader_would_type_it(parameter, value, text):
    assert as_typed(parameter, value) == text


@pytest.mark.parametrize(("name", "kind"), [("rho", "number"), ("optimizer", "choice"), ("clip_norm", "flag"),
                                            ("eigenvalues", "text"), ("word", "text")])
def test_every_kind_of_parameter_has_its_control(name, kind):
    parameter = ALL[name]
    found = described(parameter, parameter.default)
    assert found["kind"] == kind
    if kind == "number":
        assert {part: found[part] for part in ("low", "high", "step", "log", "whole", "unit")} == {
            "low": 0.0, "high": 2.0, "step": 0.01, "log": False, "whole": False, "unit": parameter.unit}
    if kind == "choice":
        assert dict(found["options"]) == parameter.options
    if kind == "text":
        assert bool(found["hint"]) == (name == "eigenvalues")


@pytest.mark.parametrize(("parameter", "typed"), [
    (number(1.0, 0.0, MOST_STOPS / 10, 0.1), False), (number(1.0, 0.0, MOST_STOPS / 10 + 0.1, 0.1), True),
    (number(1, 1, 10**6, 1), True), (number(1, 1, 10**6, 1, log=True), False)])
def test_a_number_with_more_stops_than_a_slider_has_pixels_is_typed_where_it_moves_by_steps(parameter, typed):
    assert described(parameter, parameter.default)["typed"] == typed


def test_on_a_slider_are_the_places_where_something_happens_inside_its_limits_and_its_default():
    assert ticks([(0.5, "here"), (2.5, "outside"), (2.0, "end")], number()) == [(0.5, "here"), (2.0, "end"), (1.0, "")]
    assert ticks([(1.0, "default")], number()) == [(1.0, "default")]


def test_rows_are_told_with_all_that_lies_in_their_folds():
    of = Recurrence.parameters()
    switch = Field("on", Flag(default=False, label="On"), True, of="page.")
    rows = [Heading("<i>W</i>"), Prose("words"), Button("Both", {"a": "1", "b": ""}, of="page.", on=False),
            Fold("more", "More", (Field("rho", of["rho"], 0.5, of="page.", label="Radius", switch=switch),), line="it")]
    heading, words, button, fold = told(rows)
    assert (heading, words) == ({"kind": "heading", "html": "<i>W</i>"}, {"kind": "words", "html": "words"})
    assert (button["sets"], button["on"], button["of"]) == ({"a": "1", "b": ""}, False, "page.")
    (inside,) = fold["rows"]
    assert (fold["line"], fold["open"], inside["id"], inside["text"]) == ("it", False, "page.rho", "0.5")
    assert (inside["heard"], inside["words"], inside["short"]) == ("Radius",) * 3
    assert (inside["switch"]["id"], inside["switch"]["text"]) == ("page.on", "true")
