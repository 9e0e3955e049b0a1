"""The claims of the playground's verdict on random runs, each recomputed from the run by other means.

CLAIMS_SEEDS=300 tries as many runs; a part of them is enough every day.
"""

import os
from dataclasses import replace
from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.live.replay import Change
from core.spelling import fine, power
from core.tasks.base import tasks
from core.topics.playground.view import verdict_after
from core.training.batches import baselines_of, sampled
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.brute_products import first, middle_curve
from tests.helpers.random_experiments import random_experiment

SEEDS = range(int(os.environ.get("CLAIMS_SEEDS", "60")))
UPDATES = (0, 1, 2, 7, 24, 60)
LONG = 100  # steps from which on a run is short
SAME = 1e-6  # of a log10: a product of a thousand factors in float32 states


class Run:
    """The run again, update by update, with all that happened kept."""

    def __init__(self, experiment, updates):
        self.experiment, self.T = experiment, experiment.task.seq_len
        trainer = self.trainer = Trainer(experiment)
        self.records, self.weights, self.batches = [], [trainer.network.theta.copy()], []
        while len(self.records) < updates and not (self.records and self.records[-1].stopped):
            self.batches.append(trainer.sequence)
            self.records.append(trainer.update())
            self.weights.append(trainer.network.theta.copy())
        self.record = self.records[-1] if self.records else trainer.measure()
        self._other = Trainer(experiment.changed(truncation=False))
        self.targets = sampled(experiment, 0).target_steps.tolist()
        truncation = next((s for s in experiment.remedies if type(s).__name__ == "Truncation"), None)
        self.k1, self.k2, self.carry = (self.T, self.T, True) if truncation is None else (
            min(truncation.k1, self.T), min(truncation.k2, self.T), truncation.carry)

    @property
    def diverged(self):
        return self.record.stopped is not None or not self.trainer.finite_states

    def whole(self):
        """The Jacobians of another trainer that has no truncation, on the same batch with the same weights: of h_1 to
        h_T, whatever the run's own update saw of them. None where a state is not finite."""
        at = len(self.records) - 1
        other = self.other(self.batches[at] if self.records else 0, self.weights[max(at, 0)])
        other.measure()
        return other.jacobians(self.experiment.task.batch) if other.finite_states else None

    def other(self, batch, theta):
        """A trainer without truncation that is put before that batch, with these weights."""
        self._other.restore(Checkpoint(1, batch, theta, {}))
        return self._other

    def reached(self):
        """The pairs (t, k) where the loss of step t gives step k a gradient; and how many pairs there are."""
        pairs = [(t, k) for t in self.targets for k in range(1, t + 1)]
        return [(t, k) for t, k in pairs if k > self.window(t)], len(pairs)

    def window(self, t):
        end = min(ceil(t / self.k1) * self.k1, self.T)
        return max(end - self.k2, 0 if self.carry else end - (end - 1) % self.k1 - 1)

    def worse(self):
        """How many of the last 20 updates made the loss of their own batch worse, and not a part of them: asked of
        another trainer, which has the weights of before and of after. None where a chunk begins anew, and that one
        would begin with nothing."""
        if self.k1 < self.T and not self.carry:
            return None

        def loss(batch, theta):
            return self.other(batch, theta).course.measure().found.loss.value

        done = range(len(self.records))[-20:]
        margin = 1e-5 if self.experiment.training.dtype == "float32" else 1e-9
        worse = []
        with np.errstate(all="ignore"):
            for i in done:
                start, step = self.weights[i], self.weights[i + 1] - self.weights[i]
                before, after = loss(self.batches[i], start), loss(self.batches[i], self.weights[i + 1])
                worse.append(not after <= before * (1 + margin) and any(
                    loss(self.batches[i], start + step * step.dtype.type(0.1**k)) < before for k in (1, 2, 3)))
        return sum(worse), len(done)


def state_of(run, worse):
    """The word for the loss, from the losses alone."""
    task, base, losses = tasks()[run.experiment.task.task], baselines_of(run.experiment), [
        r.loss for r in run.records]
    if not losses:
        return "untouched"
    last, right = losses[-20:], [r.accuracy for r in run.records[-20:]]
    now = sum(last) / len(last)
    if len(last) == 20 and (sum(right) / 20 > 0.95 if task.classes else now < (task.solved_loss or 0)):
        return "solved"
    if now < base.chance / 10:
        return "learnt"
    if worse[1] and 4 * worse[0] >= worse[1]:
        return "steps_too_long"
    if 0.95 * base.chance <= now <= 1.05 * base.chance:
        guess, answers = 1 / task.n_out, len(last) * run.experiment.task.batch
        if not task.classes or sum(right) / len(right) <= guess + 3 * (guess * (1 - guess) / answers) ** 0.5:
            return "chance"
    elif 0.95 * min(base.memoryless, base.chance) <= now < 0.95 * base.chance:
        apart = sorted(abs(a - b) for a, b in pairwise(last)) if len(last) > 4 else [0.0]
        middle = (apart[(len(apart) - 1) // 2] + apart[len(apart) // 2]) / 2
        if now - losses[0] <= 2 * middle / (0.6745 * 2 ** 0.5) or fine(now) == fine(losses[0]):
            return "no_memory"
    if len(losses) == 1:
        return "untouched"
    return "falling" if now < losses[0] else "above_start"


def verify(experiment, updates):
    experiment = replace(experiment, training=replace(experiment.training, steps=max(updates, 1)))
    found, run = verdict_after(experiment, untouched=updates == 0), Run(experiment, updates)
    claims = {claim["claim"]: claim for claim in found["claims"]}
    said = {name: claim["numbers"] for name, claim in claims.items()}
    assert len(claims) == len(found["claims"])
    untouched = run.diverged and len(run.records) == 1  # a network that is not finite is never updated
    assert found["step"] == (0 if untouched else len(run.records))
    if run.diverged:
        assert (found["kind"], list(claims)) == ("diverged", ["stopped"])
        return
    size = verify_product(said, claims, run)
    verify_gradient(said, run)
    reached, pairs = run.reached()
    cut = len(reached) < pairs
    assert ("truncated" in said) == cut == ("cut off" in found["headline"].lower())
    if cut:
        steps = [k for _, k in reached]
        window = experiment.active("truncation")
        drops = window.carry or window.k2 < min(window.k1, experiment.task.seq_len)
        assert said["truncated"] == ({"k2": run.k2} if drops else {}) | {"first_t": min(steps)} | (
            {"longest": max(t - k for t, k in reached)} if min(steps) == 1 else {})
    clips = any(type(s).__name__ in ("ClipNorm", "ClipValue") for s in experiment.remedies)
    clipped = [r.clipped_norm < r.grad_norm for r in run.records]
    assert ("clipped" in said) == bool(clips and clipped)
    if "clipped" in said:
        assert said["clipped"] == {"share": pytest.approx(sum(clipped) / len(clipped)), "updates": len(clipped)}
    verify_loss(found, said["loss"], run)
    if size >= 1:
        kind = "held" if clips and any(clipped) else "exploding"
    elif cut and min(k for _, k in reached) > 1:
        kind = "cut"
    else:
        kind = "vanishing" if said["product"]["log10"] <= -2 else "healthy"
    assert found["kind"] == kind


def verify_product(said, claims, run):
    """log10 of what makes the kind: the product over the whole sequence, or where it is larger on the way."""
    J, lag = run.whole(), run.T - 1
    assert ("overflow" in said) == (J is None)
    if J is None:
        assert not {"product", "half_life", "doubling", "hump"} & set(said)
        return np.inf
    with np.errstate(divide="ignore"):
        curve, median = middle_curve(J, lag)
    assert said["product"] == {"lag": lag, "log10": pytest.approx(median, abs=SAME),
                               "sequences": run.experiment.task.batch}
    assert f"have norm {power(said['product']['log10'])} (" in claims["product"]["text"].replace("has", "have")
    assert ("were the state carried" in claims["product"]["text"]) == (run.k1 < run.T and not run.carry)
    verify_shape(said, claims, curve[:lag], run)
    return median if said.get("hump") is None else max(median, said["hump"]["log10"])


def verify_shape(said, claims, spoken, run):
    hump = spoken.max() > max(0.0, spoken[-1]) + 0.5
    assert ("hump" in said) == hump
    if hump:
        assert said["hump"]["log10"] == pytest.approx(spoken.max(), abs=SAME)
        assert spoken[said["hump"]["lag"] - 1] == pytest.approx(spoken.max(), abs=SAME)
    half, double = np.log10(0.5), np.log10(2.0)
    assert said.get("half_life") == ({"lag": first(spoken, lambda v: v <= half)}
                                     if spoken[-1] <= half and not hump else None)
    assert said.get("doubling") == ({"lag": first(spoken, lambda v: v >= double)}
                                    if spoken[-1] >= double and not hump else None)
    if "half_life" in said:
        steps = said["half_life"]["lag"]
        assert claims["half_life"]["text"] == f"Half of it is gone after {steps} step{'s' if steps > 1 else ''}."


def verify_gradient(said, run):
    held = run.record.log10_dL_dh_held
    reached = run.record.log10_dL_dh if held is None else held
    end = run.trainer.chunk.stop  # the step at which this record's chunk ends
    assert said["gradient"]["lag"] == end - 1
    if 2 * len(run.targets) > run.T or np.isneginf(reached[end - 1]):
        assert said["gradient"]["log10"] is None
    else:
        assert said["gradient"]["log10"] == reached[0] - reached[end - 1]


def verify_loss(found, loss, run):
    losses, worse = [r.loss for r in run.records] or [run.record.loss], run.worse()
    assert loss["now"] == pytest.approx(np.mean(losses[-20:]), rel=1e-12)
    assert loss["start"] == losses[0]
    base = baselines_of(run.experiment)
    assert (loss["chance"], loss["no_memory"]) == (base.chance, base.memoryless)
    if worse is None:
        return
    assert loss["state"] == state_of(run, worse)
    assert found["solved"] == (loss["state"] == "solved")
    if loss["state"] == "steps_too_long":
        assert (loss["worse"], loss["of"]) == worse


def updates_of(seed, experiment):
    return UPDATES[seed % (4 if experiment.task.seq_len > LONG else len(UPDATES))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_every_claim_on_a_random_run_is_what_the_run_says(seed):
    experiment = random_experiment(seed)
    verify(experiment, updates_of(seed, experiment))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(10**4, 10**9), updates=st.sampled_from(UPDATES[:5]))
def test_every_claim_on_any_run_is_what_the_run_says(seed, updates):
    experiment = random_experiment(seed)
    verify(experiment, updates if experiment.task.seq_len <= LONG else min(updates, 2))


def test_steps_that_were_too_long_are_those_made_with_the_settings_of_now():
    """From wall to wall in ten of twenty, then one short step after another: nothing is too long any more."""
    values = {"task": "adding", "lr": 1.0, "clip_norm": True, "clip_norm_threshold": 3.0, "steps": 24, "seq_len": 12,
              "n_hidden": 8, "batch": 8}
    experiment = Experiment.from_values(values)
    now = experiment.changed(lr=1e-5)
    before = {claim["claim"]: claim for claim in verdict_after(experiment.changed(steps=20))["claims"]}
    assert before["loss"]["numbers"]["state"] == "steps_too_long"
    after = {claim["claim"]: claim for claim in verdict_after(experiment, (Change(21, now),))["claims"]}
    assert after["loss"]["numbers"]["state"] != "steps_too_long"
    longer = experiment.changed(lr=1.5)
    told = {claim["claim"]: claim for claim in verdict_after(experiment, (Change(21, longer),))["claims"]}["loss"]
    assert told["numbers"]["state"] == "steps_too_long"
    assert (told["numbers"]["of"], "of the last 4 updates" in told["text"]) == (4, True)
