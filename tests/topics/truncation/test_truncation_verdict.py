"""The headlines of the page of truncation: the word fits the map, and the numbers are the measured ones."""

import math

import numpy as np
import pytest

from core.spelling import plain
from core.topics.truncation.dropped_gradient import DroppedGradient
from core.topics.truncation.presets import PRESETS
from core.topics.truncation.recorded_norms import Proposal, RecordedNorms
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.topics.truncation.threshold_verdict import threshold_verdict
from core.topics.truncation.verdict import truncation_verdict
from core.training.experiment import Experiment
from core.training.truncated_pairs import dependency_of, map_of

NONE = Proposal(math.nan, "No finite norm is recorded.")
NORMS = RecordedNorms(np.sort(np.tile([0.5, 1.0, 3.0], 10)), 0, 0)


def of(lost=None, **values):
    experiment = Experiment.from_values(values)
    return truncation_verdict(map_of(experiment), dependency_of(experiment), lost)


@pytest.mark.parametrize(("values", "kind", "word"), [
    ({}, "healthy", "Nothing is dropped"),
    ({"truncation": True, "truncation_k2": 49}, "cut", "Too short for the task"),
    ({"truncation": True, "truncation_k2": 50}, "healthy", "Nothing is dropped"),
    ({"task": "sine", "truncation": True, "truncation_k1": 1, "truncation_k2": 3}, "healthy",
     "Long enough for the task"),
    ({"task": "sine", "truncation": True, "truncation_k1": 1, "truncation_k2": 2}, "cut", "Too short for the task"),
    ({"task": "sine", "truncation": True, "truncation_k1": 5, "truncation_k2": 5}, "cut", "Long enough for some of it"),
    ({"task": "adding", "truncation": True, "truncation_k2": 30}, "cut", "Long enough for some of it"),
    ({"truncation": True, "truncation_k1": 10, "truncation_k2": 50, "truncation_carry": False}, "cut",
     "Forgotten at the borders"),
])
def test_the_word_is_what_the_task_needs_against_what_is_seen(values, kind, word):
    found = of(**values)
    assert (found.kind, found.headline) == (kind, word)


def test_the_sentence_has_the_steps_needed_and_reached():
    sentence = of(truncation=True, truncation_k1=50, truncation_k2=10).sentence
    assert "The task needs 49 steps" in sentence
    assert "its loss reaches 9." in sentence
    assert "20% of the pairs" in sentence


def test_the_sentence_has_the_part_that_was_measured():
    lost = DroppedGradient(2.0, 1.5, 0.5, 0.987, 32)
    assert "a part of 0.25 times its norm is dropped; what is kept has a cosine of 0.99" in \
        of(lost, truncation=True).sentence


@pytest.mark.parametrize("lost", [DroppedGradient(0.0, 0.0, 0.0, math.nan, 4),
                                  DroppedGradient(1.0, 0.0, 1.0, math.nan, 4)])
def test_a_gradient_of_zero_gives_no_nan(lost):
    assert "nan" not in of(lost, truncation=True).sentence


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_is_an_experiment_and_has_a_headline(preset):
    found = truncation_verdict(map_of(preset.experiment), dependency_of(preset.experiment), None)
    assert found.headline
    assert "nan" not in found.sentence


def test_the_presets_show_what_they_say():
    assert map_of(PRESETS["short"].experiment).reach.tolist() == [9]
    apart = map_of(PRESETS["apart"].experiment)
    assert (apart.k1, apart.k2, apart.window(np.array([50])).tolist()) == (10, 25, [25])
    gaps = map_of(PRESETS["gaps"].experiment).reach
    assert (gaps[:15] == -1).all()
    assert (gaps[15:25] >= 0).all()
    reset = map_of(PRESETS["reset"].experiment)
    assert reset.unconnected(np.array(11), np.array(10))
    assert not reset.dropped(np.arange(1, 51)[:, None], np.arange(1, 51)[None]).any()


def run(threshold, finite=True, loss=1.0):
    return Rerun(threshold, 10, None if finite else "loss is nan", loss, 1.0)


def search(*reruns, done=True):
    return ThresholdSearch(10, 1.0, reruns, done)


@pytest.mark.parametrize(("norms", "found", "word"), [
    (RecordedNorms(np.empty(0), 0, 0), None, "No run is recorded yet"), (NORMS, None, "Recorded"),
    (NORMS, search(done=False), "Recorded"), (NORMS, search(run(math.inf)), "No clip is needed"),
    (NORMS, search(run(math.inf, False), run(1.0)), "A clip is needed"),
])
def test_the_advisers_word(norms, found, word):
    assert threshold_verdict(norms, NONE, found).headline == word


def test_the_advisers_numbers_are_those_of_the_norms():
    sentence = threshold_verdict(NORMS, Proposal(1.5, None), None).sentence
    assert "30 updates are recorded, with gradient norms from 0.5 to 3; 0.5 to 10 times their mean is 0.75 to 15." in \
        sentence
    assert "A threshold of 1.5 would have clipped 33% of them." in sentence


@pytest.mark.parametrize(("reruns", "said"), [
    ([run(1.0), run(2.0)], "The highest threshold tried that keeps 10 updates finite is 2."),
    ([run(1.0, loss=1.0), run(2.0, loss=50.0)], "the highest one whose loss ends at chance or better is 1."),
    ([run(1.0, loss=50.0)], "none that was tried ends at chance or better."),
    ([run(1.0, False)], "No threshold that was tried keeps it finite."),
    ([run(1.0, False), run(2.0)], "a lower one is not always safer here."),
])
def test_what_was_tried_is_told(reruns, said):
    assert said in threshold_verdict(NORMS, NONE, search(run(math.inf, False), *reruns)).sentence


def test_few_norms_and_one_that_makes_the_mean_are_told():
    assert "So few say little." in threshold_verdict(RecordedNorms(np.ones(3), 0, 0), NONE, None).sentence
    alone = RecordedNorms(np.array([*np.ones(30), 1e6]), 0, 0)
    assert "One update alone makes more than 99% of the mean: the median, 1, may say more." in \
        threshold_verdict(alone, NONE, None).sentence


@pytest.mark.parametrize(("value", "text"), [(0.5, "0.5"), (1234.0, "1234"), (1e129, "10^129.0"), (1e-9, "10^-9.0"),
                                             (math.inf, "infinite")])
def test_numbers_far_from_1_are_powers_of_ten(value, text):
    assert plain(value) == text
