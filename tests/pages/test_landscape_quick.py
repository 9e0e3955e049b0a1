"""While a hand moves the unit of the cliffs: the beginning of long descents, and a line that says so."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.view import Descending, Region
from pages._kit.link.hand import Hand
from pages._live.kept import Kept
from pages._parts.landscape.picture import QUICK, picture, quick_picture

RESTING, DESCENDING = OneUnit(), Descending()


def hand(kept):
    return Hand(partial(picture, kept), RESTING, DESCENDING, Region(), quick=partial(quick_picture, kept, RESTING))


def ways(shown):
    """E and the gradient of both descents, each as it is drawn."""
    return [np.asarray(trace["y"]) for trace in shown.parts["descent"]["descent"].traces if trace["mode"] == "lines"]


def said(shown):
    return shown.parts["said"]["quick"].html


@pytest.mark.parametrize(("name", "text"), [("w", "4.1"), ("b", "-2.1"), ("target", "0.3"), ("activation", "tanh")])
def test_of_another_unit_the_beginning_of_the_same_descents_is_drawn_and_said(name, text):
    held = hand(Kept())
    held.order({"set": {name: text}, "drag": 1})
    unit = replace(RESTING, **{name: RESTING.parameters()[name].parse(name, text)})
    quick, whole = held.picture(), picture(Kept(), unit, DESCENDING, Region())
    assert "the first 30 updates" in said(quick)
    assert said(whole) == ""
    drawn = ways(quick)
    assert len(drawn) == len(ways(whole)) > 1
    for begun, complete in zip(drawn, ways(whole), strict=True):
        assert len(begun) <= QUICK + 1
        np.testing.assert_array_equal(begun, complete[:len(begun)])
    held.order({"set": {}, "drag": 1})
    assert said(held.picture()) == ""


@pytest.mark.parametrize(("name", "text"), [("shown", "70"), ("threshold", "0.5"), ("width", "1.5"), ("updates", "90")])
def test_what_is_no_other_unit_is_drawn_whole(name, text):
    held = hand(Kept())
    held.order({"set": {name: text}, "drag": 1})
    assert said(held.picture()) == ""
    assert max(map(len, ways(held.picture()))) > QUICK + 1


def test_a_descent_that_is_no_longer_is_not_called_a_beginning():
    shown = quick_picture(Kept(), RESTING, replace(RESTING, w=4.1), Descending(updates=20), Region())
    assert said(shown) == ""
