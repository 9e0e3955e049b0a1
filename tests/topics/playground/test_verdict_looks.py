"""The playground's verdict as a whole: sign, headline, and every claim with its name, its sentence and its numbers, in
their order. The numbers of random runs are computed once more in test_claims.py."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from core.live.replay import Change
from core.live.run import LiveRun
from core.parameters import ParameterError
from core.tasks.base import Baselines
from core.topics.playground.verdict import verdict
from core.topics.playground.view import reach_of_view, verdict_after, verdict_of
from core.training.experiment import Experiment
from core.training.own_batch import Overshoots
from tests.helpers.live_runs import stepped
from tests.helpers.looks import kept
from tests.topics.playground.test_verdict import CHANCE, CLIPPED, curves, cut, humped, reach, record, seen

SQUARED = Baselines(0.5, 0.07, "squared error")
FED_BACK = Baselines(0.5, 0.25, "squared error", "memory or feedback")
STEEP = np.array([[0.9, 5.0], [0.0, 0.9]])
CHUNKS = {"task": "sine", "seq_len": 100, "truncation": True, "truncation_k1": 3, "truncation_k2": 1000}
SMALL = {"n_hidden": 4, "seq_len": 9, "batch": 3, "alpha": 0.3, "steps": 3, "lr": 0.1}
FELL = (1.4,) * 40 + (0.5,) * 20
LOST = np.linspace(-100.0, 0.0, 50)


def lines(kind, headline, claims):
    """A claim is its name, its sentence, and its numbers to six digits."""
    told = [f"{claim['claim']}: {claim['text']} | " + ", ".join(f"{name} {number(value)}" for name, value in
                                                                 claim["numbers"].items()) for claim in claims]
    return [f"{kind}: {headline}", *told]


def number(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def made(*args, **more):
    """From numbers made for it."""
    def told():
        found = verdict(seen(*args, **more))
        return lines(found.kind, found.headline, [claim.told() for claim in found.claims])
    return told


def numbers_of(found):
    return lambda: lines((told := verdict(found())).kind, told.headline, [claim.told() for claim in told.claims])


def run(*, untouched=False, later=None, **values):
    """Of a small run, from its first update to its last; `later`: what is changed before the third."""
    def told():
        changes = [Change(3, Experiment.from_values(SMALL | values | later))] if later else []
        found = verdict_after(Experiment.from_values(SMALL | values), changes, untouched=untouched)
        claims = found["claims"]
        return [f"update {found['step']}, {'' if found['solved'] else 'not '}solved",
                *lines(found["kind"], found["headline"], claims)]
    return told


CASES = {
    "healthy, at chance": made(reach(-0.25), curves_=curves(accuracy=0.26)),
    "vanishing, at chance": made(reach(-4.9, half=3)),
    "vanishing, too early for a reason": made(reach(-4.9, half=3), curves_=curves((CHANCE,) * 19)),
    "vanished exactly, at chance": made(reach(-np.inf, half=1), record(gradient=-99.0), curves((CHANCE,) * 20)),
    "exploding": made(reach(4.9, double=2)),
    "exploding, and the loss falls": made(reach(4.9, double=2), curves_=curves(FELL)),
    "held": made(reach(4.9, double=7), curves_=curves(clipped=0.4), values=CLIPPED),
    "held, and the gradient vanishes": made(reach(4.9), record(gradient=-3.0), curves(clipped=0.4), CLIPPED),
    "a clip that clipped never": made(reach(4.9), curves_=curves(clipped=0.0), values=CLIPPED),
    "a hump": numbers_of(lambda: humped(STEEP)),
    "a hump held by a clip": made(reach(-0.5, peak=(9, 1.8)), record(gradient=0.0), curves(clipped=1.0), CLIPPED),
    "a hump, no rate": made(reach(-3.0, half=30, double=2, peak=(5, 0.9))),
    "cut": made(reach(-0.25, half=40), values=cut(10)),
    "cut after one step": made(reach(-0.25), values=cut(1)),
    "in chunks that look back all the way": made(reach(-5.0), values=CHUNKS, baselines=SQUARED),
    "in chunks of ten": made(reach(), values={"task": "sine", "truncation": True, "truncation_k1": 10,
                                                  "truncation_k2": 10}, baselines=SQUARED),
    "one sequence and one step": made(replace(reach(-0.5, T=2, half=1), sequences=1), record(T=2, gradient=-0.5),
                                      values={"seq_len": 2}),
    "one update": made(reach(1.5), record(loss=1.7), curves((1.7,), clipped=1.0), CLIPPED, (0, 1)),
    "one update that was too long": made(reach(0.5), record(loss=1.7), curves((1.7,)), steps=(1, 1)),
    "two updates, too long": made(reach(0.5), curves_=curves((1.7, 1.3)), steps=(1, 2)),
    "too long, and where it began": made(curves_=curves((1.5,) * 30), steps=(9, 20)),
    "too long with penalties": made(curves_=curves((1.7,) * 30 + (1.3,) * 20), values={"l1": True, "l2": True},
                                    steps=(5, 7)),
    "untouched": made(reach(0.25), record(loss=1.7), curves(()), CLIPPED, (0, 0)),
    "solved": made(reach(-5.0), record(gradient=-3.0), curves((1.4,) * 40 + (0.2,) * 20, accuracy=0.96)),
    "solved, a task of numbers": made(curves_=curves((0.5,) * 40 + (0.001,) * 20, accuracy=np.nan),
                                      values={"task": "adding"}, baselines=SQUARED),
    "learnt": made(reach(-5.0), curves_=curves((1.4,) * 40 + (0.13,) * 20, accuracy=0.95)),
    "learnt, a task of numbers": made(reach(-5.0), record(gradient=-2.5), curves((0.5,) * 40 + (0.04,) * 20,
                                      accuracy=np.nan), {"task": "adding"}, baselines=SQUARED),
    "above its start": made(curves_=curves((1.5,) * 40 + (2.0,) * 20)),
    "not moved": made(curves_=curves((0.9, 0.7) * 30, accuracy=np.nan), values={"task": "adding"},
                      baselines=Baselines(0.2, 0.1, "squared error")),
    "at chance and yet right": made(curves_=curves((1.4,) * 40 + (CHANCE,) * 20, accuracy=0.45)),
    "without memory": made(reach(-2.5, needed={2: -0.2}), curves_=curves((0.4,) * 60, accuracy=np.nan),
                           values={"task": "sine"}, baselines=SQUARED),
    "without feedback": made(curves_=curves((0.4,) * 60, accuracy=np.nan), values={"task": "generator"},
                             baselines=FED_BACK),
    "a need that truncation cuts": made(curves_=curves((CHANCE,) * 20), values=cut(49)),
    "vanishing, and not moved": made(reach(-5.0), curves_=curves((0.9, 0.7) * 30, accuracy=np.nan), values={
        "task": "adding"}, baselines=Baselines(0.2, 0.1, "squared error")),
    "twenty updates that fall": made(reach(-5.0), curves_=curves(np.linspace(1.9, 0.5, 20), accuracy=np.nan)),
    "nineteen": made(reach(-5.0), curves_=curves(np.linspace(1.9, 0.5, 19), accuracy=np.nan)),
    "right once and no more": made(curves_=replace(curves(), accuracy=np.repeat([0.1, 0.9, 0.26], 20))),
    "right of late": made(curves_=replace(curves(), accuracy=np.repeat([0.1, 0.2, 0.9], 20))),
    **{f"too long with {name}": made(curves_=curves((1.7,) * 30 + (1.3,) * 20), values={name: True}, steps=(7, 20))
       for name in ("clip_norm", "clip_jacobian", "orthogonal_kept", "truncation", "lstm")},
    "alive at the last step alone": made(record_=replace(record(), log10_dL_dh=np.r_[-1.0, [-np.inf] * 48, 0.0])),
    "dead at the last step alone": made(record_=replace(record(), log10_dL_dh=np.r_[[-1.0] * 49, -np.inf])),
    "settings changed since": made(reach(-5.0), curves_=curves(FELL), measured_at=Experiment()),
    "an echo state network": made(values={"echo_state": True}, curves_=curves((CHANCE,) * 60)),
    "lost by float32": made(reach(-99.0), replace(record(), log10_dL_dh=LOST, log10_dL_dh_held=np.where(
        LOST < -45.0, -np.inf, LOST)), values={"dtype": "float32"}),
    "a dead first step": made(record_=replace(record(), log10_dL_dh=np.where(np.arange(50) < 40, -np.inf, 0.0))),
    "a dead last step": made(record_=replace(record(), log10_dL_dh=np.full(50, -np.inf))),
    "stopped": made(record_=record(stopped="loss is inf at update 37; the first was dL/dh at t=12 {x}"),
                    curves_=curves((1.4,) * 2)),
    "stopped at once": made(record_=record(stopped="loss is inf"), curves_=curves((1.4,))),
    "states that are not finite": numbers_of(lambda: replace(seen(), reach=None)),
    "a run, untouched": run(untouched=True),
    "a run": run(),
    "a run of an LSTM with a clip": run(lstm=True, clip_norm=True, clip_norm_threshold=0.01),
    "a run in chunks": run(task="sine", truncation=True, truncation_k1=4, truncation_k2=3),
    "a run that diverges": run(activation="linear", rho=2.0, lr=10.0, steps=60),
    "a run with a change": run(later={"lr": 0.7, "rho": 0.5}),
    "a run that solves": run(seq_len=2, lr=1.0, steps=25, n_hidden=8, batch=8, input_scale=2.0),
    "a run that does not": run(rho=0.3, steps=22, lr=0.001),
    "a run that grows first": run(seq_len=30, n_hidden=12, rho=0.9, alpha=2.0, angle=180.0, activation="linear",
                                  steps=1),
    "a generator": run(task="generator", leaky=True),
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_said_of_it(name):
    assert CASES[name]() == kept("verdict")[name]


def test_every_case_that_is_kept_is_looked_at():
    assert list(kept("verdict")) == list(CASES)


def test_a_run_that_there_is_no_room_for_is_refused_as_a_run(monkeypatch):
    monkeypatch.setenv("VISITOR_MEMORY_MB", "10")
    with pytest.raises(ParameterError, match="n = 4, T = 9, B = 3: 26 MB and") as refused:
        verdict_after(Experiment.from_values(SMALL))
    assert "an update; this server gives 10 MB. Nothing fits" in str(refused.value)
    changed = Experiment.from_values(SMALL | {"batch": 4})
    monkeypatch.setenv("VISITOR_MEMORY_MB", "1000")
    assert verdict_after(Experiment.from_values(SMALL), [Change(2, changed)])["step"] == 3


def test_a_change_after_the_last_update_is_told_as_one():
    live = stepped(Experiment.from_values(SMALL), 2)
    view = live.view()
    assert not loss_of(live, view).startswith("Measured before")
    live.apply(Experiment.from_values(SMALL | {"rho": 0.5}))
    assert loss_of(live, live.view()).startswith("Measured before the settings changed: ")


def loss_of(live, view):
    return verdict_of(live, view, reach_of_view(view)).claim("loss").text


def test_the_headless_verdict_measures_all_steps_and_the_page_as_many_as_there_is_time_for(monkeypatch):
    asked = []
    monkeypatch.setattr(LiveRun, "steps_up_to",
                        lambda run, *asks, after: asked.append((*asks, after)) or Overshoots(0, 0))
    verdict_after(Experiment.from_values(SMALL))
    live = stepped(Experiment.from_values(SMALL), 2)
    view = live.view()
    verdict_of(live, view, reach_of_view(view), 0.25)
    assert asked == [(3, inf, 0), (2, 0.25, 0)]


@pytest.mark.parametrize(("values", "gamma"), [({}, 1.0), ({"activation": "sigmoid", "rho": 0.7}, 0.25)])
def test_the_reach_of_a_view_has_the_bound_the_rate_and_the_lag_that_the_task_needs(values, gamma):
    view = stepped(Experiment.from_values(SMALL | values), 2).view()
    found, W = reach_of_view(view), view.record.W_hh
    assert sorted(found.flow.lag) == list(range(1, 10))
    assert found.flow.log10_bound == pytest.approx(found.flow.lag * np.log10(gamma * np.linalg.norm(W, 2)))
    assert found.flow.log10_rho == pytest.approx(found.flow.lag * np.log10(np.abs(np.linalg.eigvals(W)).max()))
    assert list(found.at) == [8]
    assert found.at[8] == pytest.approx(found.log10)
