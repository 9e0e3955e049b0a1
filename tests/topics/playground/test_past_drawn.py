"""The run before, pale in the charts over updates until the next one has made an update."""

import numpy as np
import pytest

from core.live.history import Curves
from core.tasks.base import Baselines
from core.topics.playground.figures.gradient_norm import gradient_norm
from core.topics.playground.figures.loss import loss

NONE = Curves(*[np.empty(0)] * 5)
PAST = Curves(np.arange(1, 5), np.array([1.5, 1.25, 0.5, 0.75]), np.array([10.0, 100.0, 1.0, 0.01]),
              np.array([1.0, 1.0, 1.0, 0.01]), np.full(4, np.nan))
BASELINES = Baselines(chance=1.386, memoryless=1.2, unit="nats")


def pale(drawing):
    found = [trace for trace in drawing.traces if trace["name"] == "the run before"]
    assert len(found) <= 1
    return found[0] if found else None


def test_the_loss_of_the_run_before_is_drawn_as_it_was():
    trace = pale(loss(NONE, BASELINES, PAST))
    assert list(trace["x"]) == [1, 2, 3, 4]
    assert list(trace["y"]) == [1.5, 1.25, 0.5, 0.75]
    assert trace["hovertemplate"] == "update %{x}: %{y:.4g}<extra>the run before</extra>"
    assert trace["opacity"] < 1


def test_a_loss_far_above_chance_is_drawn_on_the_log_axis_of_the_chart():
    wild = Curves(PAST.step, np.array([1.0, 10.0, 1000.0, np.inf]), *[np.ones(4)] * 3)
    drawing = loss(NONE, BASELINES, wild)
    np.testing.assert_allclose(pale(drawing)["y"], [0.0, 1.0, 3.0, np.nan], rtol=1e-14)
    assert drawing.traces[1]["y"][0] == pytest.approx(np.log10(1.386), rel=1e-14)
    assert pale(drawing)["hovertemplate"] == "update %{x}: 10<sup>%{y:.2f}</sup><extra>the run before</extra>"
    assert drawing.look["yaxis"]["tickprefix"] == "10<sup>"


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_the_norm_of_the_run_before_is_the_one_before_clipping(threshold):
    drawing = gradient_norm(NONE, threshold, PAST)
    np.testing.assert_allclose(pale(drawing)["y"], [1.0, 2.0, 0.0, -2.0], rtol=1e-14)
    assert list(pale(drawing)["x"]) == [1, 2, 3, 4]


def test_both_say_what_is_pale_and_that_there_is_no_update():
    assert loss(NONE, BASELINES, PAST).look["meta"]["text"] == (
        "No update yet; chance 1.386, best guess without memory 1.2 nats. The run before: loss 0.75 at its update 4.")
    assert gradient_norm(NONE, None, PAST).look["meta"]["text"] == (
        "No update yet. The run before: gradient norm 0.01 at its update 4.")


def test_without_a_run_before_nothing_is_pale():
    for drawing in (loss(NONE, BASELINES), gradient_norm(NONE, None)):
        assert pale(drawing) is None
        assert [note["text"] for note in drawing.look["annotations"]] == ["press Train to fill this chart"]
    assert loss(NONE, BASELINES, PAST).look["annotations"] == []


def test_the_axis_has_room_for_the_run_before():
    long = Curves(np.arange(1, 238), *[np.ones(237)] * 4)
    for drawing in (loss(NONE, BASELINES, long), gradient_norm(NONE, 0.5, long)):
        assert drawing.look["xaxis"]["autorangeoptions"]["include"] == [0.0, 300.0]
        assert [trace["x"][-1] for trace in drawing.traces if "level" in trace["name"] or "chance" in trace["name"]
                or "clip at" in trace["name"] or "without" in trace["name"]] == [300.0] * (
                    2 if drawing.traces[0]["name"] == "loss" else 1)
