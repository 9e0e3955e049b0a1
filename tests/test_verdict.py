"""The sentence: the right kind from numbers made for it, and the numbers in it."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiment import Experiment
from core.history import Curves
from core.live import LiveRun, Playback
from core.presets import PRESETS
from core.records import Baselines, GradientFlow, StepRecord
from core.slot import UpdateSlot
from core.spelling import power
from core.verdict import WORDS, verdict
from pages._kit.charts import flow_of, verdict_of
from pages._kit.verdict import SIGNS

CHANCE = float(np.log(4))
BASELINES = Baselines(CHANCE, CHANCE, "nats")
NOT_A_NUMBER = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)


def flow(slope=0.0, T=50, norm=None):
    lag = np.arange(1, T + 1)
    return GradientFlow(lag, lag * slope if norm is None else np.asarray(norm, float), lag * 0.5, lag * 0.0)


def record(loss=CHANCE, stopped=None):
    return StepRecord(step=60, loss=loss, grad_norm=1.0, clipped_norm=1.0, log10_dL_dh=np.zeros(50),
                      log10_dL_dh_full=None, W_hh=np.eye(4), accuracy=0.25, seconds=0.0, stopped=stopped)


def curves(loss=(CHANCE,) * 60, clipped=0.0):
    N = len(loss)
    after = np.where(np.arange(N) < clipped * N, 0.5, 1.0)
    return Curves(np.arange(1, N + 1), np.array(loss, float), np.ones(N), after, np.full(N, 0.25))


def found(flow_=None, *, curves_=None, clipping=False, k2=None, rho=1.0, sigma_max=1.0, stopped=None, loss=CHANCE):
    return verdict(record(loss, stopped), flow() if flow_ is None else flow_, BASELINES,
                   curves() if curves_ is None else curves_, clipping=clipping, k2=k2, rho=rho, sigma_max=sigma_max)


KINDS = {
    "vanishing": found(flow(-0.1)),
    "healthy": found(flow(-0.001)),
    "exploding": found(flow(0.1)),
    "held": found(flow(0.1), curves_=curves(clipped=0.5), clipping=True),
    "cut": found(flow(-0.001), k2=10),
    "diverged": found(stopped="loss is inf at update 37; the first was dL/dh at t=12"),
}
EACH = pytest.mark.parametrize(("kind", "seen"), KINDS.items(), ids=KINDS)


@EACH
def test_each_kind_is_told_from_numbers_made_for_it(kind, seen):
    assert seen.kind == kind


@EACH
def test_each_kind_has_a_word_of_its_own(kind, seen):
    assert seen.headline == WORDS[kind]
    assert len(set(WORDS.values())) == len(WORDS)


@EACH
def test_each_kind_has_a_sign_on_the_page(kind, seen):
    assert SIGNS[kind]


@EACH
def test_a_verdict_is_one_printable_line(kind, seen):
    assert seen.sentence.isprintable()
    assert seen.sentence.endswith(".")


def test_a_gradient_that_is_exactly_zero_has_vanished():
    seen = found(flow(norm=np.full(50, -np.inf)))
    assert (seen.kind, "exactly 0" in seen.sentence) == ("vanishing", True)


def test_an_unbroken_norm_above_the_clip_that_never_clipped_is_exploding():
    assert found(flow(0.1), clipping=True).kind == "exploding"


def test_a_truncation_as_long_as_the_sequence_cuts_nothing():
    assert found(flow(-0.001), k2=50).kind == "healthy"


def test_states_that_are_not_finite_are_diverged():
    seen = verdict(record(), None, BASELINES, curves(), clipping=False, k2=None, rho=1.0, sigma_max=1.0)
    assert seen.kind == "diverged"


@pytest.mark.parametrize("slope", [-0.1, -0.31, 0.1, 0.37])
def test_the_sentence_has_the_norm_at_the_longest_lag_but_one(slope):
    """lag 49 of 50: the first hidden state, which is the first to see an input."""
    seen = found(flow(slope)).sentence
    assert "lag 49 " in seen
    assert power(49 * slope) in seen


@pytest.mark.parametrize(("loss", "shown"), [(0.0123, "0.0123"), (0.8, "0.8"), (1.381, "1.386")])
def test_the_sentence_has_the_loss_or_the_chance_it_sits_at(loss, shown):
    assert shown in found(flow(-0.001), curves_=curves((loss,) * 60)).sentence


def test_the_sentence_has_the_share_of_clipped_updates():
    assert "25%" in found(flow(0.1), curves_=curves(clipped=0.25), clipping=True).sentence.replace(" %", "%")


def test_the_sentence_names_the_first_step_that_a_truncation_reaches():
    assert "41" in found(flow(-0.001), k2=10).sentence  # 50 - 10 + 1


def test_the_sentence_names_the_top_of_a_hump_and_its_lag():
    norm = np.concatenate([np.linspace(0.2, 1.8, 9), np.linspace(1.6, -1.0, 41)])
    seen = found(flow(norm=norm), rho=0.9, sigma_max=3.5).sentence
    assert power(1.8) in seen
    assert "lag 9" in seen
    assert "3.5" in seen


def test_a_diverged_run_is_told_with_quantity_update_and_step():
    seen = KINDS["diverged"].sentence.lower()
    assert all(word in seen for word in ("loss", "update 37", "t=12"))


def test_a_hard_task_and_a_vanished_gradient_are_told_apart_at_the_same_loss():
    """The loss curves are the same; the kind and what is said of the loss are not."""
    hard, vanished = KINDS["healthy"], KINDS["vanishing"]
    assert hard.kind != vanished.kind
    assert hard.sentence.split("The loss")[1] != vanished.sentence.split("The loss")[1]


def test_a_learnt_task_is_not_said_to_sit_at_chance():
    assert "sits" not in found(flow(-0.001), curves_=curves((0.01,) * 60)).sentence


def test_a_loss_that_jumps_is_not_said_to_sit_anywhere():
    assert "sits" not in found(flow(-0.001), curves_=curves((0.5, 2.5) * 30)).sentence


@pytest.mark.parametrize("T", [1, 2, 3])
def test_the_shortest_sequences_have_a_verdict(T):
    assert found(flow(-0.001, T)).kind == "healthy"


@settings(max_examples=300)
@given(norm=st.lists(st.floats(-2000, 2000) | st.just(-np.inf), min_size=1, max_size=60),
       loss=st.lists(st.floats(0, 1e300), max_size=40), first=st.floats(0, 1e300), clipped=st.floats(0, 1),
       clipping=st.booleans(), k2=st.none() | st.integers(1, 100), rho=st.floats(0, 1e200), gain=st.floats(1, 1e100))
def test_no_finite_run_is_told_with_nan_or_inf(norm, loss, first, clipped, clipping, k2, rho, gain):
    with np.errstate(all="ignore"):  # a loss of exactly 0 has no decade; the sentence must not show it
        seen = found(flow(T=len(norm), norm=norm), curves_=curves(loss, clipped), clipping=clipping, k2=k2, rho=rho,
                     sigma_max=rho * gain, loss=first)
    assert not NOT_A_NUMBER.search(seen.sentence)
    assert seen.sentence.isprintable()
    assert seen.kind in WORDS


@pytest.mark.parametrize("log10", [-1e6, -829.4, -1.0, -0.999999, -1e-9, 0.0, 0.04, 0.999999, 1.0, 12.34, 1200.0])
def test_a_power_reads_back_as_the_number_it_stands_for(log10):
    """Two digits of a plain factor are 5 % of it, 0.022 in log10; one decimal of a power is 0.05."""
    text = power(log10)
    read = float(text.removeprefix("10^")) if text.startswith("10^") else np.log10(float(text))
    assert abs(read - log10) <= 0.051


def test_a_finite_update_of_a_run_that_diverged_later_is_told_without_nan_or_inf():
    run = LiveRun(Experiment.from_values({**PRESETS["exploding"].values, "seed": 2000}), UpdateSlot())
    run.playback = Playback(pace="max")
    while run.state != "diverged":
        run.step()
    view = run.look_at(run.frame_at(1))
    assert not NOT_A_NUMBER.search(verdict_of(view, flow_of(view)).sentence)
