"""The playground's verdict: the right kind and the right words from numbers made for each."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.live.history import Curves, Mark
from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.tasks.base import Baselines
from core.topics.playground.presets import PRESETS
from core.topics.playground.reach import Reach
from core.topics.playground.seen import Seen
from core.topics.playground.verdict import verdict
from core.topics.playground.view import reach_of_view, verdict_of
from core.training.experiment import Experiment
from core.training.own_batch import Overshoots
from core.training.record import GradientFlow, StepRecord
from pages._kit.verdict import SIGNS

CHANCE = float(np.log(4))
NOT_A_NUMBER = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)
PLAIN, CLIPPED = {}, {"clip_norm": True}


def reach(log10=0.0, T=50, half=None, double=None, peak=None, needed=None):
    lag = np.arange(1, T + 1)
    flow = GradientFlow(lag, lag * (log10 / max(T - 1, 1)), lag * 0.5, lag * 0.0)
    return Reach(max(T - 1, 1), log10, 32, half, double, peak, {T - 1: log10} if needed is None else needed, flow)


def record(T=50, gradient=None, stopped=None, loss=CHANCE, W=None):
    log10 = np.zeros(T) if gradient is None else np.linspace(gradient, 0.0, T)
    return StepRecord(step=60, loss=loss, grad_norm=1.0, clipped_norm=1.0, log10_dL_dh=log10, log10_dL_dh_full=None,
                      W_hh=np.eye(4) if W is None else W, accuracy=0.25, seconds=0.0, stopped=stopped)


def curves(loss=(CHANCE,) * 60, clipped=0.0, accuracy=0.25):
    N = len(loss)
    after = np.where(np.arange(N) < clipped * N, 0.5, 1.0)
    return Curves(np.arange(1, N + 1), np.array(loss, float), np.ones(N), after, np.full(N, accuracy))


def seen(reach_=None, record_=None, curves_=None, values=PLAIN, steps=(0, 20), baselines=None, **more):
    reach_ = reach() if reach_ is None else reach_
    return Seen(record_ or record(gradient=reach_.log10), reach_, curves_ or curves(),
                baselines or Baselines(CHANCE, CHANCE, "nats"), lambda: Overshoots(*steps),
                Experiment.from_values(values), **more)


def cut(k2):
    return {"truncation": True, "truncation_k2": k2}


KINDS = {
    "vanishing": verdict(seen(reach(-4.9))),
    "healthy": verdict(seen(reach(-0.04))),
    "exploding": verdict(seen(reach(4.9))),
    "held": verdict(seen(reach(4.9), curves_=curves(clipped=0.5), values=CLIPPED)),
    "cut": verdict(seen(reach(-0.04), values=cut(10))),
    "diverged": verdict(seen(record_=record(stopped="loss is inf at update 37; the first was dL/dh at t=12"))),
}
HEADLINES = {"vanishing": "Vanishing", "healthy": "Healthy", "exploding": "Exploding",
             "held": "Exploding, held by the clip", "cut": "Cut off by truncation", "diverged": "Diverged"}
EACH = pytest.mark.parametrize(("kind", "found"), KINDS.items(), ids=KINDS)


def text(found, name):
    claim = found.claim(name)
    return claim and claim.text


@EACH
def test_each_kind_is_told_from_numbers_made_for_it(kind, found):
    assert found.kind == kind


@EACH
def test_each_kind_has_words_of_its_own(kind, found):
    assert found.headline == HEADLINES[kind]


@EACH
def test_each_kind_has_a_sign_on_the_page(kind, found):
    assert SIGNS[kind]


@EACH
def test_a_verdict_is_one_printable_line(kind, found):
    assert found.sentence.isprintable()
    assert found.sentence.endswith(".")


# -- the kind ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("log10", "kind"), [
    (-np.inf, "vanishing"), (-2.0, "vanishing"), (-1.99, "healthy"), (0.99, "healthy"), (1.0, "exploding")])
def test_the_kind_turns_at_a_hundredth_and_at_ten_times(log10, kind):
    flat = record(gradient=0.0) if np.isinf(log10) else None
    assert verdict(seen(reach(log10), flat)).kind == kind


@pytest.mark.parametrize(("values", "clipped", "kind"), [
    (CLIPPED, 0.0, "exploding"), (CLIPPED, 0.1, "held"), (PLAIN, 0.1, "exploding")])
def test_it_is_held_by_a_clip_that_has_clipped(values, clipped, kind):
    assert verdict(seen(reach(2.0), curves_=curves(clipped=clipped), values=values)).kind == kind


def humped(W):
    """A hump of a plain cell: W_hh alone sets the rate."""
    far = reach(-0.5, peak=(9, 1.8))
    rate = np.log10(np.abs(np.linalg.eigvals(W)).max())
    return seen(replace(far, flow=replace(far.flow, log10_rho=far.flow.lag * rate)), record(gradient=-0.5, W=W))


def test_growth_on_the_way_is_no_health():
    found = verdict(humped(np.array([[0.9, 5.0], [0.0, 0.9]])))
    assert (found.kind, found.headline) == ("exploding", "Grows before it shrinks, and the gradient keeps its size")
    assert text(found, "hump") == "It first grows, to 10^1.8 at lag 9, although ρ = 0.9 is below 1: σ_max = 5.157."


def test_growth_on_the_way_that_the_clip_holds_says_so():
    found = verdict(seen(reach(-0.5, peak=(9, 1.8)), record(gradient=2.0), curves(clipped=1.0), CLIPPED))
    assert (found.kind, found.headline) == ("held", "Grows before it shrinks, held by the clip")


def test_a_small_hump_is_told_and_changes_no_kind():
    found = verdict(seen(reach(-0.5, peak=(9, 0.7))))
    assert (found.kind, text(found, "hump")) == ("healthy", "It first grows, to 5 at lag 9.")


@pytest.mark.parametrize("W", [np.eye(2) * 1.2, np.diag([0.9, 0.5]), np.array([[0.99999, 5.0], [0.0, 0.5]])])
def test_a_radius_that_is_not_shown_below_1_explains_no_hump(W):
    """1.2; sigma_max below 1; and 0.99999, which four digits show as 1."""
    assert "although" not in text(verdict(humped(W)), "hump")


def test_a_cell_whose_rate_is_not_that_of_W_hh_has_no_hump_explained_by_it():
    plain = humped(np.array([[0.9, 5.0], [0.0, 0.9]]))
    for rate in (np.nan, np.log10(0.95)):
        flow = replace(plain.reach.flow, log10_rho=plain.reach.flow.lag * rate)
        assert "although" not in text(verdict(replace(plain, reach=replace(plain.reach, flow=flow))), "hump")


@pytest.mark.parametrize(("product", "gradient", "headline"), [
    (3.5, -2.5, "Exploding, and the gradient vanishes"), (3.5, 0.0, "Exploding, and the gradient keeps its size"),
    (-5.0, 2.0, "Vanishing, and the gradient grows"), (0.0, -3.0, "Healthy, and the gradient vanishes"),
    (0.0, 0.5, "Healthy")])
def test_where_product_and_gradient_tell_two_stories_both_are_told(product, gradient, headline):
    found = verdict(seen(reach(product), record(gradient=gradient)))
    assert found.headline == headline
    assert found.claim("product").numbers["log10"] == product
    assert found.claim("gradient").numbers == {"lag": 49, "log10": pytest.approx(gradient)}


# -- the way back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("log10", "words"), [(-4.9, "10^-4.9"), (0.6, "4"), (-np.inf, "exactly 0"), (1.0, "10^1.0")])
def test_the_product_is_told_with_its_lag_and_its_sequences(log10, words):
    found = verdict(seen(reach(log10), record(gradient=0.0)))
    assert text(found, "product") == (f"Over 49 steps back the product of Jacobians has norm {words} (median of 32 "
                                      "sequences).")


def test_one_sequence_is_no_median():
    found = verdict(seen(replace(reach(T=2), sequences=1), record(T=2)))
    assert text(found, "product") == "Over 1 step back the product of Jacobians has norm 1 (one sequence)."


@pytest.mark.parametrize(("log10", "words"), [
    (-5.0, "is 10^-5.0 of what it is there."), (-0.5, "is 0.32 of what it is there."),
    (0.5, "is 3.2 times what it is there."), (0.0, "is as large as it is there."),
    (0.02, "is as large as it is there."), (-0.01, "is 0.98 of what it is there."),
    (1.5, "is 10^1.5 times what it is there.")])
def test_the_gradient_is_told_of_this_update(log10, words):
    assert text(verdict(seen(record_=record(gradient=log10))), "gradient") == (
        f"In this update ∂L/∂h, 49 steps before the last one, {words}")


def test_a_gradient_that_is_exactly_zero_is_said_to_be():
    dead = replace(record(), log10_dL_dh=np.where(np.arange(50) < 40, -np.inf, 0.0))
    found = verdict(seen(record_=dead, values=cut(10)))
    assert text(found, "gradient") == "In this update ∂L/∂h is exactly 0, 49 steps before the last one."
    assert found.claim("gradient").numbers["log10"] == -np.inf


def test_where_most_steps_have_a_target_the_gradient_says_nothing():
    found = verdict(seen(values={"task": "sine"}))
    assert found.claim("gradient").numbers == {"lag": 49, "log10": None}
    assert text(found, "gradient") == "Most steps have a target: ∂L/∂h_t at one step says nothing of a single product."


def test_a_gradient_that_the_number_type_lost_is_told_beside_the_exact_one():
    """What this run has, and not what it would have without rounding."""
    exact = np.linspace(-100.0, 0.0, 50)
    lost = replace(record(), log10_dL_dh=exact, log10_dL_dh_held=np.where(exact < -45, -np.inf, exact))
    found = verdict(seen(record_=lost, values={"dtype": "float32"}))
    assert found.claim("gradient").numbers == {"lag": 49, "log10": -np.inf, "exact": -100.0}
    assert text(found, "gradient") == (
        "In this update ∂L/∂h is exactly 0 in float32, 49 steps before the last one; without rounding it would be "
        "10^-100.0 of what it is there.")


def test_a_last_gradient_of_exactly_zero_has_no_ratio():
    found = verdict(seen(record_=replace(record(), log10_dL_dh=np.full(50, -np.inf))))
    assert (found.claim("gradient").numbers["log10"], text(found, "gradient")) == (
        None, "∂L/∂h at the last step is exactly 0.")


@pytest.mark.parametrize(("log10", "half", "told"), [
    (-5.0, 2, "Half of it is gone after 2 steps."), (-5.0, 1, "Half of it is gone after 1 step."),
    (-0.1, 30, None), (-0.30103, 40, "Half of it is gone after 40 steps.")])
def test_a_half_life_is_told_where_half_is_gone_at_the_end(log10, half, told):
    found = verdict(seen(reach(log10, half=half)))
    assert text(found, "half_life") == told
    assert told is None or found.claim("half_life").numbers == {"lag": half}


@pytest.mark.parametrize(("log10", "double", "told"), [
    (5.0, 15, "It has doubled after 15 steps."), (0.2, 15, None), (0.30103, 49, "It has doubled after 49 steps.")])
def test_a_doubling_is_told_where_the_end_is_twice_as_large(log10, double, told):
    assert text(verdict(seen(reach(log10, double=double))), "doubling") == told


def test_a_hump_has_neither_half_life_nor_doubling():
    found = verdict(seen(reach(-3.0, half=30, double=2, peak=(5, 0.9))))
    assert found.claim("half_life") is found.claim("doubling") is None


# -- truncation and clip ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("k2", "T", "first"), [(10, 50, 41), (19, 20, 2), (1, 50, 50), (49, 50, 2)])
def test_the_first_step_that_gets_a_gradient_is_named(k2, T, first):
    """The loss of step T is carried k2 steps back from it: T, T - 1, .., T - k2 + 1."""
    found = verdict(seen(reach(T=T), record(T=T), values=cut(k2) | {"seq_len": T}))
    assert (found.kind, found.claim("truncated").numbers) == ("cut", {"k2": k2, "first_t": first})
    steps = "1 step" if k2 == 1 else f"{k2} steps"
    assert text(found, "truncated") == (f"Truncation drops what lies {steps} or more before the last one: no gradient "
                                        f"reaches t < {first}.")


def test_a_truncation_as_long_as_the_sequence_cuts_nothing():
    found = verdict(seen(values=cut(50)))
    assert (found.kind, found.claim("truncated")) == ("healthy", None)


CHUNKS = {"task": "sine", "truncation": True, "truncation_k1": 10, "truncation_k2": 10}


def test_chunks_that_look_back_to_the_first_step_cut_nothing():
    values = CHUNKS | {"seq_len": 100, "truncation_k1": 3, "truncation_k2": 1000}
    for log10, word in ((0.0, "Healthy"), (-5.0, "Vanishing")):
        found = verdict(seen(reach(log10, T=100), record(T=100), values=values))
        assert (found.headline, found.claim("truncated")) == (word, None)


def test_where_every_chunk_has_targets_each_step_gets_its_gradient_from_its_own():
    found = verdict(seen(values=CHUNKS))
    assert (found.kind, found.claim("truncated").numbers) == ("healthy", {"k2": 10, "first_t": 1, "longest": 9})
    assert text(found, "truncated") == ("Truncation drops what lies 10 steps or more before the end of a chunk: no "
                                        "loss is carried back over more than 9 steps.")


@pytest.mark.parametrize(("k1", "k2", "carry", "words"), [
    (10, 3, True, "Truncation drops what lies 3 steps or more before the end of a chunk: no gradient reaches t < 8."),
    (10, 10, False, "Every chunk begins with h = 0: no loss is carried back over more than 9 steps."),
    (2, 30, False, "Every chunk begins with h = 0: no loss is carried back over more than 1 step."),
    (10, 3, False, "Truncation drops what lies 3 steps or more before the end of a chunk and every chunk begins with "
                   "h = 0: no gradient reaches t < 8."),
    (1, 1, True, "Truncation drops what lies 1 step or more before the end of a chunk: no loss is carried back to an "
                 "earlier step."),
    (1, 4, False, "Every chunk begins with h = 0: no loss is carried back to an earlier step."),
    (7, 12, True, "Truncation drops what lies 12 steps or more before the end of a chunk: no loss is carried back over "
                  "more than 11 steps.")])
def test_what_is_cut_is_said_of_every_kind_of_chunk(k1, k2, carry, words):
    """Sine, 50 steps: the first chunk of 10 with k2 = 3 reaches the steps 8, 9 and 10."""
    values = CHUNKS | {"truncation_k1": k1, "truncation_k2": k2, "truncation_carry": carry}
    assert text(verdict(seen(values=values)), "truncated") == words


@pytest.mark.parametrize(("log10", "clipped", "headline"), [
    (0.0, 0.0, "Healthy, cut off by truncation"), (-5.0, 0.0, "Vanishing, cut off by truncation"),
    (5.0, 0.0, "Exploding, cut off by truncation"), (5.0, 0.5, "Exploding, held by the clip, cut off by truncation")])
def test_a_gradient_that_goes_a_part_of_the_way_is_told_beside_the_product_of_all_of_it(log10, clipped, headline):
    found = verdict(seen(reach(log10), curves_=curves(clipped=clipped), values=CHUNKS | {"clip_norm": True}))
    assert found.headline == headline
    assert found.claim("product").numbers == {"lag": 49, "log10": log10, "sequences": 32}


def test_the_product_of_a_state_that_is_put_to_0_is_that_of_one_that_is_carried():
    found = verdict(seen(reach(0.6), values=CHUNKS | {"truncation_carry": False}))
    assert text(found, "product") == ("Over 49 steps back, were the state carried from chunk to chunk, the product of "
                                      "Jacobians would have norm 4 (median of 32 sequences).")
    one = verdict(seen(reach(0.6), values=CHUNKS | {"truncation_carry": False, "truncation_k1": 50}))
    assert text(one, "product") == "Over 49 steps back the product of Jacobians has norm 4 (median of 32 sequences)."


def test_the_gradient_of_a_chunk_is_told_from_its_own_end():
    """Copy, 21 steps in chunks of 4: the update of the chunk 17..20 is not that of the whole."""
    values = {"task": "copy", "seq_len": 21, "truncation": True, "truncation_k1": 4, "truncation_k2": 1000}
    log10 = np.concatenate([np.linspace(-1.9, 0.1, 20), [-np.inf]])
    of_one = seen(reach(T=21), replace(record(T=21), log10_dL_dh=log10), values=values, chunk_end=20)
    assert verdict(of_one).claim("gradient").numbers == {"lag": 19, "log10": pytest.approx(-2.0)}
    assert text(verdict(of_one), "gradient") == ("In this update ∂L/∂h, 19 steps before the last one of its chunk, is "
                                                 "10^-2.0 of what it is there.")
    assert verdict(of_one).headline == "Healthy"  # another way than the product's
    gone = replace(of_one, record=replace(of_one.record, log10_dL_dh=np.full(21, -np.inf)))
    assert text(verdict(gone), "gradient") == "∂L/∂h at the last step of this chunk is exactly 0."


@pytest.mark.parametrize(("carry", "words"), [
    (True, "With the weights of now h is not finite from t = 37 on: the product of Jacobians has no size."),
    (False, "Were the state carried from chunk to chunk, h would not be finite from t = 37 on: the product of "
            "Jacobians has no size.")])
@pytest.mark.parametrize(("clipped", "kind"), [(0.0, "exploding"), (0.5, "held")])
def test_a_sequence_that_overflows_beyond_the_chunk_is_no_run_that_has_diverged(carry, words, clipped, kind):
    values = CHUNKS | {"truncation_carry": carry, "clip_norm": True}
    found = verdict(replace(seen(curves_=curves(clipped=clipped), values=values), reach=None, lost_at=37))
    assert (found.kind, found.headline) == (kind, f"{HEADLINES[kind]}, cut off by truncation")
    assert (text(found, "overflow"), found.claim("product")) == (words, None)
    assert found.claim("overflow").numbers == {"t": 37}
    assert {claim.name for claim in found.claims} == {"overflow", "gradient", "truncated", "clipped", "loss"}


@pytest.mark.parametrize(("clipped", "updates", "words"), [
    (0.25, 60, "Of 60 updates, 25% had their gradient shortened."),
    (0.001, 400, "Of 400 updates, less than 1% had their gradient shortened."),
    (1.0, 1, "The gradient of the one update was shortened."),
    (0.0, 1, "The gradient of the one update was short enough.")])
def test_the_share_of_clipped_updates_is_told(clipped, updates, words):
    found = verdict(seen(curves_=curves((CHANCE,) * updates, clipped), values=CLIPPED))
    assert text(found, "clipped") == words


def test_without_a_clip_or_an_update_nothing_is_said_of_clipping():
    assert verdict(seen()).claim("clipped") is None
    assert verdict(seen(curves_=curves(()), values=CLIPPED)).claim("clipped") is None


def test_an_echo_state_network_sends_no_gradient():
    assert text(verdict(seen(values={"echo_state": True})), "readout") == (
        "The readout alone is learnt: no update uses ∂L/∂h.")
    assert verdict(seen()).claim("readout") is None


# -- the loss ---------------------------------------------------------------------------------------------


LOSSES = {  # state: (losses, accuracy, steps, words)
    "untouched": ((), 0.25, (0, 0), "Loss before training 1.386 nats, chance 1.386."),
    "solved": ((1.4,) * 40 + (0.2,) * 20, 0.96, (9, 20),
               "Solved: over the last updates the loss is 0.2 (chance 1.386), and 96% are named right."),
    "learnt": ((1.4,) * 40 + (0.13,) * 20, 0.95, (9, 20),
               "The loss has fallen to 0.13, below a tenth of chance, 1.386, and 95% are named right; it counts as "
               "solved when more than 95% are named right over 20 updates."),
    "steps_too_long": ((1.4, 1.0) * 30, 0.3, (5, 20),
                       "5 of the last 20 updates made the loss of their own batch worse, where a shorter step "
                       "would not have: the steps are too long. The "
                       "loss is 1.2 (at the start 1.4, chance 1.386)."),
    "above_start": ((1.5,) * 40 + (2.0,) * 20, 0.25, (4, 20),
                    "The loss, 2, is above where it began, 1.5; chance is 1.386."),
    "chance": ((1.4,) * 60, 0.25, (4, 20), "The loss sits at chance, 1.386 (1.4 over the last updates)."),
    "falling": ((3.0,) * 30 + tuple(np.linspace(3.0, 1.0, 30)), 0.3, (4, 20),
                "The loss has hardly moved: 3 at the start, 1.655 now; chance is 1.386."),
}


@pytest.mark.parametrize(("state", "case"), LOSSES.items(), ids=LOSSES)
def test_each_state_of_the_loss_is_told_from_losses_made_for_it(state, case):
    losses, accuracy, steps, words = case
    if state == "falling":
        losses, words = (3.0,) * 40 + (1.0,) * 20, "The loss has fallen from 3 to 1 (chance 1.386)."
    found = verdict(seen(curves_=curves(losses, accuracy=accuracy), steps=steps))
    assert (found.claim("loss").numbers["state"], text(found, "loss")) == (state, words)


def test_a_loss_below_chance_is_no_better_than_no_memory_where_it_is_not():
    baselines = Baselines(0.5, 0.07, "squared error")
    found = verdict(seen(curves_=curves((0.4,) * 60, accuracy=np.nan), values={"task": "sine"}, baselines=baselines))
    assert text(found, "loss") == "The loss, 0.4, is no better than a guess without memory, 0.07."
    assert found.claim("loss").numbers == {"now": pytest.approx(0.4), "start": 0.4, "chance": 0.5, "no_memory": 0.07,
                                           "state": "no_memory"}
    better = verdict(seen(curves_=curves((0.4,) * 40 + (0.06,) * 20, accuracy=np.nan), values={"task": "sine"},
                          baselines=baselines))
    assert text(better, "loss") == "The loss has fallen from 0.4 to 0.06 (chance 0.5)."


@pytest.mark.parametrize(("start", "state"), [(0.36, "above_start"), (0.39, "no_memory"), (0.41, "no_memory")])
def test_a_loss_that_began_better_is_said_to_be_above_its_start_and_not_to_be_a_guess(start, state):
    """One batch differs from the next by 0.01, which is 0.0105 as a standard deviation: twice that is not enough."""
    losses = (start, *(0.395, 0.405) * 30)
    found = verdict(seen(curves_=curves(losses, accuracy=np.nan), values={"task": "sine"},
                         baselines=Baselines(0.5, 0.07, "squared error")))
    assert found.claim("loss").numbers["state"] == state
    if state == "above_start":
        assert text(found, "loss") == "The loss, 0.4, is above where it began, 0.36; chance is 0.5."


@pytest.mark.parametrize(("now", "state"), [(1.45, "chance"), (1.46, "above_start"), (1.32, "chance"),
                                            (1.31, "falling"), (0.139, "falling"), (0.138, "learnt")])
def test_a_loss_is_at_chance_within_a_twentieth_and_learnt_below_a_tenth(now, state):
    found = verdict(seen(curves_=curves((1.4,) * 40 + (now,) * 20)))
    assert found.claim("loss").numbers["state"] == state


@pytest.mark.parametrize(("steps", "state"), [((4, 20), "chance"), ((5, 20), "steps_too_long"),
                                              ((4, 4), "chance"), ((5, 5), "steps_too_long"), ((0, 0), "chance")])
def test_steps_are_too_long_from_a_quarter_on(steps, state):
    assert verdict(seen(steps=steps)).claim("loss").numbers["state"] == state


def test_where_there_was_no_time_to_measure_all_at_least_those_are_told():
    assert text(verdict(seen(steps=(6, 7))), "loss").startswith(
        "At least 6 of the last 20 updates made the loss of their own batch worse")
    assert text(verdict(seen(curves_=curves((1.4,) * 4), steps=(1, 3))), "loss").startswith(
        "At least 1 of the last 4 updates made the loss of its own batch worse")
    assert verdict(seen(steps=(6, 7))).claim("loss").numbers["of"] == 20


def test_one_update_that_made_it_worse_is_told_as_one():
    found = verdict(seen(curves_=curves((1.4,)), steps=(1, 1)))
    assert text(found, "loss").startswith(
        "The one update made the loss of its own batch worse, where a shorter step would not have: the steps are too "
        "long. The loss is 1.4 (chance 1.386).")


@pytest.mark.parametrize(("start", "words"), [
    (0.46, "does not differ from where it began, 0.46,"), (0.44, "is above where it began, 0.44;"),
    (1.79, "does not differ from where it began, 1.79,"), (1.81, "has fallen from 1.81 to 0.9")])
def test_a_loss_that_leaps_about_has_moved_beyond_twice_or_half_of_where_it_began(start, words):
    """It leaps between 0 and 1.8: however wide that is, twice 0.44 and half of 1.81 are on the other side of 0.9."""
    found = verdict(seen(curves_=curves((start, *(1.8, 0.0) * 20), accuracy=np.nan), values={"task": "adding"},
                         baselines=Baselines(0.2, 0.1, "squared error")))
    assert words in text(found, "loss")


@pytest.mark.parametrize(("losses", "words"), [
    ((1.8, 1.9, 1.8, 1.9), "is above where it began, 1.8;"), ((1.8, 1.9, 1.8, 1.9, 1.8), "does not differ")])
def test_the_noise_of_fewer_than_five_losses_is_not_judged(losses, words):
    assert words in text(verdict(seen(curves_=curves(losses), steps=(0, len(losses)))), "loss")


def test_a_change_that_is_still_due_leaves_the_words_as_they_are():
    due = replace(curves((1.0,) * 40, accuracy=0.99), marks=(Mark(41, "Learning rate 0.03 → 0.1"),))
    assert verdict(seen(curves_=due)).claim("loss").numbers["state"] == "solved"


def test_a_loss_that_is_no_number_is_told_without_its_unit():
    found = verdict(seen(curves_=curves((np.nan,), accuracy=np.nan), values={"task": "generator"}, steps=(0, 1)))
    assert text(found, "loss") == "The loss is no finite number; chance is 1.386."


def test_the_words_speak_of_the_updates_since_the_last_change():
    """Nineteen at one setting, one at another: nothing is solved there, and its loss is the one that is told."""
    marked = replace(curves((0.01,) * 19 + (6.4,), accuracy=1.0), marks=(Mark(20, "T 4 → 1000"),))
    found = verdict(seen(curves_=marked))
    assert found.claim("loss").numbers["now"] == 6.4
    assert "Solved" not in found.headline


@pytest.mark.parametrize(("changed_at", "kind"), [(2, "held"), (3, "exploding")])
def test_a_clip_holds_what_it_has_shortened_since_the_last_change(changed_at, kind):
    three = replace(curves((1.4, 1.4, 1.4)), clipped_norm=np.array([1.0, 1.0, 9.0]), grad_norm=np.full(3, 9.0),
                    marks=(Mark(changed_at, "Clip threshold 1 → 10000"),))
    assert verdict(seen(reach(4.9), curves_=three, values=CLIPPED)).kind == kind


@pytest.mark.parametrize(("now", "state"), [(0.2374, "falling"), (0.2376, "no_memory"), (0.26, "no_memory"),
                                            (0.474, "no_memory"), (0.4749, "no_memory"), (0.4751, "chance")])
def test_a_loss_is_no_better_than_a_guess_down_to_a_twentieth_below_it(now, state):
    found = verdict(seen(curves_=curves((0.6,) * 40 + (now,) * 20, accuracy=np.nan), values={"task": "generator"},
                         baselines=Baselines(0.5, 0.25, "squared error")))
    assert found.claim("loss").numbers["state"] == state


@pytest.mark.parametrize(("start", "words"), [
    (1.31, "does not differ from where it began, 1.31,"), (1.33, "has fallen from 1.33 to 0.9"),
    (0.49, "does not differ from where it began, 0.49,"), (0.47, "is above where it began, 0.47;")])
def test_a_loss_has_moved_from_two_standard_deviations_of_its_batches_on(start, words):
    """Neighbours are 0.2 apart: of a normal noise with a standard deviation of 0.2 / 0.9539, twice of which is 0.4193.
    """
    found = verdict(seen(curves_=curves((start, *(1.0, 0.8) * 20), accuracy=np.nan), values={"task": "adding"},
                         baselines=Baselines(0.2, 0.1, "squared error")))
    assert words in text(found, "loss")


def test_a_loss_above_chance_that_has_not_left_its_noise_has_hardly_moved():
    noisy = tuple(1.2 + 0.2 * np.cos(np.arange(60)))
    found = verdict(seen(curves_=curves(noisy, accuracy=np.nan), values={"task": "adding"},
                         baselines=Baselines(1 / 6, 0.1633, "squared error")))
    now = np.mean(noisy[-20:])
    assert text(found, "loss") == (f"The loss, {now:.4g}, does not differ from where it began, 1.4, by more than "
                                   "from one update to the next; chance is 0.1667.")


@pytest.mark.parametrize(("losses", "words"), [
    ((1.4,) * 59 + (1e18,), "The loss, 10^16.7, is above where it began, 1.4; chance is 1.386."),
    (tuple(10.0 ** np.linspace(0.2, 30, 40)), "The loss, 10^28.8, is above where it began, 1.585; chance is 1.386."),
    (tuple(np.linspace(9.0, 2.0, 40)), "The loss has fallen from 9 to 3.705 (chance 1.386).")])
def test_neither_a_leap_nor_a_trend_hides_what_the_loss_did(losses, words):
    assert text(verdict(seen(curves_=curves(losses))), "loss") == words

def test_the_loss_of_the_first_update_is_that_of_the_untouched_network():
    found = verdict(seen(curves_=curves((1.8,)), steps=(0, 1)))
    assert text(found, "loss") == "Loss at the first update, of the untouched network, 1.8 nats, chance 1.386."
    assert found.claim("loss").numbers["state"] == "untouched"


def test_few_updates_are_told_by_both_ends():
    assert text(verdict(seen(curves_=curves((2.8, 1.7, 1.6, 1.6, 1.6)), steps=(0, 5))), "loss") == (
        "The loss has fallen from 2.8 to 1.86 (chance 1.386).")
    assert text(verdict(seen(curves_=curves((1.8, 2.9, 2.9, 2.9)), steps=(0, 4))), "loss") == (
        "The loss, 2.625, is above where it began, 1.8; chance is 1.386.")
    assert text(verdict(seen(curves_=curves((1.8, 1.79999)), steps=(0, 2))), "loss") == (
        "The loss, 1.8, does not differ from where it began, 1.8, by more than from one update to the next; chance is "
        "1.386.")


@pytest.mark.parametrize(("accuracy", "state"), [(0.25, "chance"), (0.29, "chance"), (0.31, "falling"),
                                                 (0.45, "falling")])
def test_a_loss_near_chance_with_many_named_right_does_not_sit_there(accuracy, state):
    """640 answers: three standard deviations of a guess of 1 in 4 are 0.051."""
    found = verdict(seen(curves_=curves((1.4,) * 40 + (CHANCE,) * 20, accuracy=accuracy)))
    assert found.claim("loss").numbers["state"] == state
    if state == "falling":
        assert text(found, "loss") == (f"The loss, 1.386, is near chance, 1.386, and yet {accuracy:.0%} are named "
                                       "right, more than a guess.")


def test_a_loss_is_spoken_of_with_the_settings_that_it_was_measured_at():
    found = verdict(seen(measured_at=Experiment()))
    assert text(found, "loss") == ("Measured before the settings changed: the loss sits at chance, 1.386 (1.386 over "
                                   "the last updates).")
    assert found.claim("reason") is None


@pytest.mark.parametrize(("log10", "losses", "headline"), [
    (-5.0, (1.4,) * 40 + (0.5,) * 20, "Vanishing, and the loss falls all the same"),
    (5.0, (1.4,) * 40 + (0.13,) * 20, "Exploding, and the loss falls all the same"),
    (-2.5, (1.4,) * 40 + (0.5,) * 20, "Vanishing, and the gradient keeps its size – the loss falls all the same"),
    (-5.0, (1.4,) * 60, "Vanishing"), (0.0, (1.4,) * 40 + (0.5,) * 20, "Healthy")])
def test_a_run_that_learns_is_not_told_as_lost(log10, losses, headline):
    far = record(gradient=-1.0) if log10 == -2.5 else None
    assert verdict(seen(reach(log10), far, curves(losses))).headline == headline


def test_a_solved_run_reads_as_solved():
    found = verdict(seen(reach(-5.0), curves_=curves((0.2,) * 20, accuracy=0.96)))
    assert found.headline == "Solved · Vanishing"


# -- why --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("log10", "updates", "words"), [
    (-2.0, 19, None),
    (-np.inf, 20, "Over the 49 steps back that the task needs the product is exactly 0: what happened there does not "
                  "reach the weights."),
    (-2.0, 20, "Over the 49 steps back that the task needs the product is 10^-2.0: what happened there hardly reaches "
               "the weights."),
    (-1.9, 49, None),
    (-1.9, 50, "Over the 49 steps back that the task needs the product is 10^-1.9: vanishing is not what keeps it from "
               "learning."),
    (1.0, 60, None)])
def test_why_it_does_not_learn_is_said_of_the_lag_that_the_task_needs(log10, updates, words):
    gradient = record(gradient=max(log10, -99.0))
    assert text(verdict(seen(reach(log10), gradient, curves((CHANCE,) * updates))), "reason") == words


def test_no_reason_is_given_where_the_gradient_tells_another_story():
    assert verdict(seen(reach(-24.0), record(gradient=-0.4))).claim("reason") is None


def test_a_task_that_needs_two_steps_is_not_lost_to_a_product_over_forty_nine():
    baselines = Baselines(0.5, 0.07, "squared error")
    values = {"task": "sine"}
    found = verdict(seen(reach(-5.0, needed={2: -0.2}), curves_=curves((0.5,) * 60, accuracy=np.nan), values=values,
                         baselines=baselines))
    assert text(found, "reason") == ("Over the 2 steps back that the task needs the product is 0.63: vanishing is not "
                                     "what keeps it from learning.")


def test_a_truncation_that_ends_before_what_the_task_needs_is_the_reason():
    assert text(verdict(seen(values=cut(49))), "reason") == (
        "The task needs 49 steps back, and truncation ends before that.")
    assert "truncation" not in (text(verdict(seen(values=cut(50))), "reason") or "")


def test_a_run_that_learns_is_given_no_reason_for_not_learning():
    assert verdict(seen(reach(-5.0), curves_=curves((1.4,) * 40 + (0.5,) * 20))).claim("reason") is None


# -- what went astray -------------------------------------------------------------------------------------


def test_states_that_are_not_finite_are_diverged():
    found = verdict(replace(seen(), reach=None))
    assert (found.kind, found.sentence) == (
        "diverged", "The states are not finite. The charts keep the finite updates.")


def test_a_network_that_never_was_finite_has_no_updates_to_keep():
    found = verdict(seen(record_=record(stopped="loss is inf at update 1; the first was the output"),
                         curves_=curves(())))
    assert found.sentence == "Loss is inf at update 1; the first was the output."


def test_a_diverged_run_is_told_with_quantity_update_and_step():
    assert KINDS["diverged"].sentence == (
        "Loss is inf at update 37; the first was dL/dh at t=12. The charts keep the finite updates.")
    assert KINDS["diverged"].claim("stopped").numbers == {"update": 60}


@settings(max_examples=300)
@given(log10=st.floats(-2000, 2000) | st.just(-np.inf), loss=st.lists(st.floats(0, 1e300), max_size=40),
       first=st.floats(0, 1e300), clipped=st.floats(0, 1), values=st.sampled_from([PLAIN, CLIPPED, cut(3)]),
       peak=st.none() | st.tuples(st.integers(1, 49), st.floats(0.5, 300)), worse=st.integers(0, 20))
def test_no_finite_run_is_told_with_nan_or_inf(log10, loss, first, clipped, values, peak, worse):
    with np.errstate(all="ignore"):
        found = verdict(seen(reach(log10, peak=peak), record(gradient=0.0, loss=first), curves(loss, clipped), values,
                             (worse, 20)))
    assert not NOT_A_NUMBER.search(found.sentence)
    assert found.sentence.isprintable()
    assert found.kind in HEADLINES


def test_a_finite_update_of_a_run_that_diverged_later_is_told_without_nan_or_inf():
    run = LiveRun(Experiment.from_values({**PRESETS["exploding"].values, "seed": 2000}), UpdateSlot())
    run.playback = Playback(pace="max")
    while run.state != "diverged":
        run.step()
    view = run.look_at(run.frame_at(1))
    assert not NOT_A_NUMBER.search(verdict_of(run, view, reach_of_view(view)).sentence)


@pytest.mark.parametrize(("k1", "k2", "carry", "task", "words"), [
    (10, 25, False, "sine", "Every chunk begins with h = 0: no loss is carried back over more than 9 steps."),
    (10, 4, True, "recall", "Truncation drops what lies 4 steps or more before the last one: no gradient reaches "
                            "t < 47."),
    (1000, 4, True, "recall", "Truncation drops what lies 4 steps or more before the last one: no gradient reaches "
                              "t < 47."),
], ids=str)
def test_the_words_of_truncation_speak_of_the_chunks_that_make_an_update(k1, k2, carry, task, words):
    values = {"task": task, "truncation": True, "truncation_k1": k1, "truncation_k2": k2, "truncation_carry": carry}
    assert text(verdict(seen(values=values)), "truncated") == words
