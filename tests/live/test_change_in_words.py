"""What changed between two experiments, in words, and where a chart over updates shows it."""

import numpy as np
import pytest

from core.live.changes import in_words
from core.live.history import Curves, Mark
from core.topics.playground.figures.marks import LINE, marked
from core.training.experiment import Experiment

BEFORE = {"rho": 0.9, "seq_len": 50, "lr": 0.03, "batch": 32}
RHO, LENGTH, RATE, BATCH = (  # what changes, and its line
    ({"rho": 1.2}, "Spectral radius 0.9 → 1.2"), ({"seq_len": 20}, "Sequence length 50 → 20"),
    ({"lr": 0.1}, "Learning rate 0.03 → 0.1"), ({"batch": 8}, "Batch size 32 → 8"))


def told(*changes, before=BEFORE):
    now = {name: value for change, _ in changes for name, value in change.items()}
    return in_words(Experiment.from_values(before), Experiment.from_values(before | now))


@pytest.mark.parametrize("changes", [(), (RATE,), (RHO, RATE), (RHO, LENGTH, RATE)], ids=len)
def test_each_of_up_to_three_settings_has_its_line(changes):
    assert sorted(told(*changes).splitlines()) == sorted(line for _, line in changes)


def test_of_more_settings_two_are_named_and_the_others_counted():
    lines = told(RHO, LENGTH, RATE, BATCH).splitlines()
    assert len(lines) == 3
    assert lines[-1] == "and 2 more"


def test_settings_are_named_in_the_order_in_which_they_stand_on_the_page():
    for changes in (RHO, RATE, LENGTH), (LENGTH, RATE, RHO):
        assert told(*changes).splitlines() == [RHO[1], LENGTH[1], RATE[1]]
    assert told(BATCH, RATE, LENGTH, RHO).splitlines() == [RHO[1], LENGTH[1], "and 2 more"]


@pytest.mark.parametrize(("now", "touched", "lines"), [
    ({}, ["rho"], ["Spectral radius back at 0.9"]), ({}, ["batch"], ["Batch size back at 32"]),
    ({"lr": 0.1}, ["lr"], ["Learning rate 0.03 → 0.1"]),  # it is not back
    ({"lr": 0.1}, ["lr", "batch", "rho"], ["Learning rate 0.03 → 0.1", "Spectral radius back at 0.9",
                                           "Batch size back at 32"]),
    ({"lr": 0.1, "batch": 8}, ["rho", "seq_len"], ["Batch size 32 → 8", "Learning rate 0.03 → 0.1", "and 2 more"]),
    ({}, ["clip_norm"], []), ({}, ["clip_norm_threshold"], []),  # a switch leaves nothing behind; what is not there
    ({"lr": 0.123456789}, [], ["Learning rate 0.03 → 0.123457"])],
    ids=["a radius", "a batch", "not back", "some back", "too many", "a switch", "not there", "six digits"])
def test_what_was_another_in_between_is_said_to_be_back(now, touched, lines):
    found = in_words(Experiment.from_values(BEFORE), Experiment.from_values(BEFORE | now), set(touched))
    assert found.splitlines() == lines


@pytest.mark.parametrize(("before", "now", "line"), [
    ({}, {"clip_norm": True, "clip_norm_threshold": 0.5}, "Gradient norm clipping on"),
    ({"clip_norm": True, "clip_norm_threshold": 0.5}, {"clip_norm": False}, "Gradient norm clipping off"),
    ({"clip_norm": True, "clip_norm_threshold": 0.5}, {"clip_norm_threshold": 2.0}, "Clip threshold 0.5 → 2"),
    ({"truncation": True, "truncation_carry": False}, {"truncation": False}, "Truncated BPTT (k1, k2) off"),
    ({"task": "sine", "truncation": True, "truncation_k1": 5}, {"truncation_carry": False},
     "Carry the state over the borders off"),
    ({"lr": 0.1}, {"lr": 2e-5}, "Learning rate 0.1 → 2·10⁻⁵"),
], ids=["on", "off", "threshold", "a switch of its own goes with it", "a switch of its own",
        "a chart has no caret"])
def test_a_switch_says_that_it_is_on_or_off_and_not_what_came_with_it(before, now, line):
    assert told((now, line), before=BEFORE | before) == line


def test_the_words_of_two_changes_stand_one_above_the_other():
    marks = (Mark(3, f"{RATE[1]}\n{BATCH[1]}"), Mark(5, RHO[1]))
    zeros = np.zeros(8)
    below, above = marked(Curves(np.arange(1, 9), zeros, zeros, zeros, zeros, marks))["annotations"]
    assert below["text"] == f"{RATE[1]}<br>{BATCH[1]}"
    assert above["y"] - below["y"] == pytest.approx(2 * LINE, rel=1e-12)


def test_the_latest_three_changes_keep_their_words_and_all_their_line():
    marks = tuple(Mark(step, f"change {step}") for step in (2, 3, 5, 6, 7))
    zeros = np.zeros(8)
    layout = marked(Curves(np.arange(1, 9), zeros, zeros, zeros, zeros, marks))
    assert [(a["x"], a["text"]) for a in layout["annotations"]] == [(5, "change 5"), (6, "change 6"), (7, "change 7")]
    assert [shape["x0"] for shape in layout["shapes"]] == [shape["x1"] for shape in layout["shapes"]] == [2, 3, 5, 6, 7]
