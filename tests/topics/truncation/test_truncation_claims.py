"""What the page of truncation and clipping claims, counted pair by pair and run by run in plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.remedies.truncation import REMEDY, Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.tasks.base import Dependency
from core.topics.truncation.dropped_gradient import DroppedGradient
from core.topics.truncation.recorded_norms import Proposal, RecordedNorms, proposal
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch, search_pieces
from core.topics.truncation.threshold_verdict import threshold_verdict
from core.topics.truncation.verdict import truncation_verdict
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from core.training.truncated_pairs import truncation_map


def numbers(verdict):
    return {claim.name: claim.numbers for claim in verdict.claims}


@st.composite
def maps(draw):
    T = draw(st.integers(2, 40))
    targets = draw(st.sampled_from([[T], list(range(1, T + 1)), list(range(max(1, T // 2), T + 1))]))
    longest = draw(st.integers(1, T - 1))
    shortest = draw(st.integers(1, longest))
    k1, k2 = (draw(st.integers(1, T + 5)) for _ in range(2))
    return T, k1, k2, draw(st.booleans()), targets, shortest, longest


def pairs_seen(T, k1, k2, carry, targets):
    """(t, k) that enter an update, by walking through the chunks."""
    seen = set()
    for start in range(0, T, k1):
        stop = min(start + k1, T)
        for t in range(start + 1, stop + 1):
            for k in range(1, t + 1):
                if k > stop - k2 and t in targets and (carry or k > start):
                    seen.add((t, k))
    return seen


@settings(max_examples=150, deadline=None)
@given(case=maps())
def test_every_number_said_of_what_is_seen(case):
    T, k1, k2, carry, targets, shortest, longest = case
    chunks = truncation_map(T, k1, k2, np.array(targets), carry=carry)
    found = truncation_verdict(chunks, Dependency(shortest, longest, "because"), None)
    k1, k2 = min(k1, T), min(k2, T)
    seen = pairs_seen(T, k1, k2, carry, targets)
    said = numbers(found)
    all_pairs = [(t, k) for t in targets for k in range(1, t + 1)]
    assert said["seen"]["seen"] == pytest.approx(len(seen) / len(all_pairs))
    assert said["seen"]["updates"] == len({(t - 1) // k1 for t in targets})
    assert (said["seen"]["T"], said["seen"]["k1"], said["seen"]["k2"]) == (T, k1, k2)
    reach = {t: max([t - k for u, k in seen if u == t], default=-1) for t in targets}
    assert said["needed"]["reach"] == max(reach.values())

    def bridged(lag):
        late = [t for t in targets if t > lag]
        return sum(reach[t] >= lag for t in late) / len(late) if late else 1.0

    assert said["needed"]["bridged"] == pytest.approx(bridged(longest))
    assert (said["needed"]["shortest"], said["needed"]["longest"]) == (shortest, longest)
    word = ("Nothing is dropped" if len(seen) == len(all_pairs) else
            "Long enough for the task" if bridged(longest) == 1.0 else
            "Forgotten at the borders" if not carry and longest >= k1 else
            "Too short for the task" if bridged(shortest) == 0.0 else "Long enough for some of it")
    assert found.headline == word
    assert found.kind == ("healthy" if word in ("Nothing is dropped", "Long enough for the task") else "cut")


@pytest.mark.parametrize(("shape", "needed", "words"), [
    ((50, 50, 10, True, [50]), Dependency(49, 49, "the first symbol"),
     "1 update for 50 steps, reaching the last 10 steps of a chunk of 50: 20% of the pairs (t, k) with a loss are "
     "seen. The task needs 49 steps (the first symbol); its loss reaches 9."),
    ((50, 1000, 1000, True, [50]), None,
     "1 update for 50 steps, and every loss reaches the first of them."),
    ((12, 4, 1, False, list(range(1, 13))), Dependency(2, 3, "both"),
     "3 updates for 12 steps, reaching the last 1 step of a chunk of 4 that begins at h = 0: 4% of the pairs (t, k) "
     "with a loss are seen. The task needs 2 to 3 steps (both); the losses reach at most 0, and 0% of those with so "
     "many steps before them reach 3."),
    ((12, 4, 4, True, list(range(1, 13))), Dependency(1, 1, "the last"),
     "3 updates for 12 steps, reaching the last 4 steps of a chunk of 4: 38% of the pairs (t, k) with a loss are seen. "
     "The task needs 1 step (the last); the losses reach at most 3, and 82% of those with so many steps before them "
     "reach 1.")])
def test_sentences_about_what_is_seen(shape, needed, words):
    """12 = 3 chunks of 4, each 10 pairs of 78; 9 of the 11 losses from t = 2 on are not the first of their chunk."""
    T, k1, k2, carry, targets = shape
    assert truncation_verdict(truncation_map(T, k1, k2, np.array(targets), carry=carry), needed, None).sentence == words


@pytest.mark.parametrize(("seq_len", "k2"), [(20, 19), (20, 10), (12, 1)])
def test_what_lies_k2_steps_back_or_more_gets_exactly_none_and_what_lies_nearer_does_not(seq_len, k2):
    """The trainer's own gradient: with one loss at T, t = T - k2 gets 0 and t = T - k2 + 1 does not."""
    log10 = Trainer(Experiment(Recurrence(n_hidden=4), Task(seq_len=seq_len, batch=2), remedies=(Truncation(k2=k2),))
                    ).measure().log10_dL_dh
    assert np.isneginf(log10[:seq_len - k2]).all()
    assert np.isfinite(log10[seq_len - k2:]).all()
    assert "k2 steps back or more" in Truncation.parameters()["k2"].help
    assert "k2 steps back or more" in REMEDY.cost
    assert "k2 steps back or more" in REMEDY.harms
    assert "has k2 − 1 factors" in REMEDY.product
    chunks = truncation_map(seq_len, seq_len, k2, np.array([seq_len]))
    assert int(chunks.reach[0]) == k2 - 1  # factors of the longest product that is carried back


@pytest.mark.parametrize(("lost", "words"), [
    (DroppedGradient(2.0, 1.5, 0.5, 0.987, 1), "Measured on 1 sequence: of ∂L/∂V a part of 0.25 times its norm is "
     "dropped; what is kept has a cosine of 0.99 with the whole."),
    (DroppedGradient(2.0, 0.0, 2.0, math.nan, 12), "Measured on 12 sequences: all of ∂L/∂V is dropped."),
    (DroppedGradient(0.0, 0.0, 0.0, math.nan, 4), "The whole gradient by V is exactly 0 here.")])
def test_what_is_lost_in_words(lost, words):
    chunks = truncation_map(12, 12, 3, np.array([12]))
    assert truncation_verdict(chunks, None, lost).claims[-1].text == words


# -- the adviser ----------------------------------------------------------------------------------------------

NORM = st.floats(-6.0, 8.0).map(lambda x: 10.0**x)


@settings(max_examples=150, deadline=None)
@given(values=st.lists(NORM, max_size=40), zero=st.integers(0, 3), broken=st.integers(0, 3),
       centre=st.sampled_from(["mean", "median"]), factor=st.floats(0.5, 10.0))
def test_every_number_said_of_the_recorded_norms(values, zero, broken, centre, factor):
    norms = RecordedNorms(np.sort(np.array(values, float)), zero, broken)
    chosen = proposal(norms, centre, factor)
    found = threshold_verdict(norms, chosen, None)
    said, total = numbers(found), len(values) + zero + broken
    assert (found.kind, found.headline) == ("healthy", "Recorded" if total else "No run is recorded yet")
    if values:
        mean = math.fsum(values) / len(values)
        assert (said["recorded"]["updates"], said["recorded"]["smallest"], said["recorded"]["largest"]) == (
            total, min(values), max(values))
        assert said["recorded"]["low"] == pytest.approx(0.5 * mean)
        assert said["recorded"]["high"] == pytest.approx(10 * mean)
        if total >= 20 and max(values) > 0.5 * math.fsum(values) * (1 + 1e-9):
            assert said["dominated"]["share"] == pytest.approx(max(values) / math.fsum(values))
            middle = sorted(values)
            assert said["dominated"]["median"] == pytest.approx(
                (middle[(len(middle) - 1) // 2] + middle[len(middle) // 2]) / 2)
    assert ("few" in said) == (0 < total < 20)
    assert ("zero" in said, "not_finite" in said) == (zero > 0, broken > 0)
    if "clipped" in said:
        above = sum(value > chosen.threshold for value in values) + broken
        assert said["clipped"] == {"threshold": chosen.threshold, "share": pytest.approx(above / total)}


@st.composite
def searches(draw):
    chance = draw(st.floats(0.1, 3.0))
    loss = st.floats(-3.0, 20.0).map(lambda x: 10.0**x)
    reruns = []
    others = st.lists(st.sampled_from([0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0]), unique=True)
    for threshold in [math.inf, *draw(others)]:
        finite = draw(st.booleans())
        reruns.append(Rerun(threshold, 10 if finite else draw(st.integers(0, 9)), None if finite else "loss is nan",
                            draw(loss) if finite else math.nan, 1.0, draw(loss)))
    return ThresholdSearch(10, chance, tuple(reruns), draw(st.booleans()))


@settings(max_examples=200, deadline=None)
@given(found=searches())
def test_every_number_said_of_what_was_tried(found):
    verdict = threshold_verdict(RecordedNorms(np.ones(30), 0, 0), Proposal(1.0, None), found)
    first, others, said = found.reruns[0], found.reruns[1:], numbers(verdict)

    def sound(r):
        return r.stopped is None and r.loss <= 1.05 * found.chance

    if first.stopped is not None:
        word = ("exploding", "A clip is needed")
        assert said["without"] == {"update": first.updates + 1}
    elif sound(first):
        word = ("healthy", "No clip is needed")
    elif first.loss <= first.first:
        word = ("healthy", "Finite, and still above chance")
    else:
        word = ("held", "Finite, and not sound")
        assert first.loss > 1.05 * found.chance
    assert (verdict.kind, verdict.headline) == word
    if first.stopped is None:
        near = {"within": pytest.approx(0.05)} if sound(first) and first.loss > found.chance else {}
        assert said["without"] == {
            "loss": first.loss, "first": first.first, "chance": found.chance, "updates": 10, **near}
    if word[1] in ("No clip is needed", "Finite, and still above chance"):
        assert not {"highest", "sound", "more", "disorder"} & set(said)
        return
    if not found.done:
        assert "more" in said
        return
    finite = [r.threshold for r in others if r.stopped is None]
    good = [r.threshold for r in others if sound(r)]
    if word[1] == "A clip is needed":
        assert said["highest"] == ({"updates": 10, "threshold": max(finite)} if finite else {})
        if not finite:
            return
    if good and (word[1] != "A clip is needed" or max(good) != max(finite)):
        assert said["sound"] == {"threshold": max(good)}
    elif not good:
        assert said["sound"] == {}
        assert "one that was tried ends at chance or better." in verdict.sentence
    else:
        assert "sound" not in said
    assert ("disorder" in said) == bool(finite and any(r.stopped and r.threshold < max(finite) for r in others))


def rerun(threshold, finite=True, loss=1.0, first=1.5):
    return Rerun(threshold, 10 if finite else 3, None if finite else "loss is nan", loss, 1.0, first)


@pytest.mark.parametrize(("reruns", "words"), [
    ([rerun(math.inf)], "Without any clip the run stays finite for 10 updates and ends with a loss of 1, no worse than "
     "chance, 1.2."),
    ([rerun(math.inf, loss=1.4)], "Without any clip the run stays finite for 10 updates; its loss went from 1.5 to "
     "1.4, and chance is 1.2: more updates may tell."),
    ([rerun(math.inf, loss=5.6e15), rerun(1.0, loss=1.25), rerun(10.0, loss=9.0)],
     "Without any clip the run stays finite for 10 updates but ends with a loss of 10^15.7, where chance is 1.2: "
     "finite is not sound. The highest threshold tried whose loss ends at chance or better is 1."),
    ([rerun(math.inf, loss=5.6e15), rerun(1.0, loss=9.0)],
     "Without any clip the run stays finite for 10 updates but ends with a loss of 10^15.7, where chance is 1.2: "
     "finite is not sound. None that was tried ends at chance or better."),
    ([rerun(math.inf, False), rerun(1.0), rerun(3.0, loss=9.0), rerun(0.1, False)],
     "Run again without a clip, it leaves the finite numbers at update 4. The highest threshold tried that keeps 10 "
     "updates finite is 3. Finite is not sound: the highest one whose loss ends at chance or better is 1. Some lower "
     "thresholds did not stay finite: a lower one is not always safer here."),
    ([rerun(math.inf, False), rerun(3.0, loss=9.0)],
     "Run again without a clip, it leaves the finite numbers at update 4. The highest threshold tried that keeps 10 "
     "updates finite is 3. Finite is not sound: none that was tried ends at chance or better."),
    ([rerun(math.inf, False), rerun(1.0, False)], "Run again without a clip, it leaves the finite numbers at update "
     "4. No threshold that was tried keeps it finite.")])
def test_sentences_about_what_was_tried(reruns, words):
    found = ThresholdSearch(10, 1.2, tuple(reruns), True)
    none = RecordedNorms(np.empty(0), 0, 0)
    assert threshold_verdict(none, Proposal(math.nan, "no"), found).sentence == words


def test_the_words_of_one_recorded_update():
    found = threshold_verdict(RecordedNorms(np.array([2.0]), 1, 1), Proposal(1.0, None), None)
    assert found.sentence == (
        "3 updates are recorded, with gradient norms from 2 to 2; 0.5 to 10 times their mean is 1 to 20. 1 had a "
        "gradient of exactly 0. 1 had none that is finite. So few say little. A threshold of 1 would have "
        "clipped 67% of them.")
    assert threshold_verdict(RecordedNorms(np.array([2.0]), 0, 0), Proposal(1.0, None), None).sentence.startswith(
        "1 update is recorded, ")


def test_a_run_that_stays_finite_and_is_ruined_is_searched_for_a_threshold_that_is_sound():
    """Adam at 0.3 on a leaky ReLU of radius 1.3: finite, and its loss ends far above chance and above its start."""
    wild = Experiment(Recurrence(n_hidden=16, shape="gaussian", rho=1.3, activation="leaky_relu", seed=2),
                      Task(seq_len=40, batch=8), Training(optimizer="adam", lr=0.3))
    *_, (_, found) = search_pieces(wild, 60, also=(1.0,))
    first = found.reruns[0]
    trainer = Trainer(wild)
    losses = [trainer.update().loss for _ in range(60)]
    assert (first.finite, first.first) == (True, losses[0])
    assert first.loss == pytest.approx(np.mean(losses[-20:]))
    assert first.loss > 1e6
    verdict = threshold_verdict(RecordedNorms(np.empty(0), 0, 0), Proposal(math.nan, "no"), found)
    assert verdict.headline == "Finite, and not sound"
    assert len(found.reruns) > 3
    if found.highest_sound is not None:
        assert f"at chance or better is {found.highest_sound:g}." in verdict.sentence
