"""Every chart and every sentence of truncation and clipping as a whole: lines, signs, colours, hover, rules, words on
it, axes and text, from numbers in which no two are equal. They are computed once more in test_truncation_*.py."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.bptt.gradient_by_lag import GradientByLag
from core.tasks.base import Dependency, tasks
from core.topics.truncation.cost import TruncationCost
from core.topics.truncation.dropped_gradient import DroppedGradient
from core.topics.truncation.figures.cost import truncation_cost_figure
from core.topics.truncation.figures.dependency import dependency_figure
from core.topics.truncation.figures.lost_by_lag import lost_by_lag
from core.topics.truncation.figures.threshold_histogram import threshold_histogram
from core.topics.truncation.figures.thresholds_tried import thresholds_tried
from core.topics.truncation.figures.truncation_map import truncation_map_figure
from core.topics.truncation.recorded_norms import Proposal, RecordedNorms
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.topics.truncation.threshold_verdict import threshold_verdict
from core.topics.truncation.verdict import truncation_verdict
from core.training.truncated_pairs import truncation_map
from tests.helpers.looks import kept, look
from tests.helpers.verdict_lines import lines


def chunks(T, k1, k2, targets=None, carry=True):
    return truncation_map(T, k1, k2, np.array(targets or [T]), carry=carry)


def by_lag(part, running, dropped=None):
    return GradientByLag(np.arange(len(part)), np.array(part, float), np.array(running, float), dropped, np.eye(2))


def norms(*values, zero=0, not_finite=0):
    return RecordedNorms(np.sort(np.array(values, float)), zero, not_finite)


def cost(*rows, left_out=None):
    T, full, truncated, update, updates = zip(*rows, strict=True) if rows else ((),) * 5
    return TruncationCost(np.array(T, int), *(np.array(one, float) for one in (full, truncated, update)),
                          np.array(updates, int), left_out)


def rerun(threshold, updates=12, stopped=None, loss=1.0, first=1.5):
    return Rerun(threshold, updates, stopped, loss, 2.0, first)


def tried(*reruns, done=True):
    return ThresholdSearch(12, 1.25, reruns, done)


ALL = list(range(1, 9))
MAPS = {
    "full": (chunks(8, 8, 8), Dependency(7, 7, "the first symbol")),
    "one loss": (chunks(8, 8, 3), Dependency(2, 7, "both numbers")),
    "one loss, near": (chunks(8, 8, 3), Dependency(1, 2, "both numbers")),
    "chunks": (chunks(8, 3, 4, ALL), Dependency(2, 2, "two steps before")),
    "chunks, all needed": (chunks(8, 3, 4, ALL), Dependency(5, 7, "far away")),
    "chunks, reset": (chunks(8, 4, 3, ALL, carry=False), Dependency(1, 5, "up to five before")),
    "chunks, near": (chunks(8, 4, 3, ALL, carry=False), Dependency(1, 1, "the one before")),
    "losses late": (chunks(7, 3, 2, [5, 6, 7]), Dependency(1, 4, "the first ones")),
    "nothing reached": (chunks(8, 4, 1, [2, 6]), Dependency(1, 1, "the one before")),
    "not known": (chunks(8, 2, 3, ALL), None), "not known, full": (chunks(8, 8, 8, ALL), None),
    "two steps": (chunks(2, 2, 1), Dependency(1, 1, "the first")),
}
LOST = {"measured": DroppedGradient(2.0, 1.5, 0.5, 0.987, 3), "of one": DroppedGradient(4.0, 1.0, 3.0, -0.25, 1),
        "nothing kept": DroppedGradient(2.0, 0.0, 2.0, math.nan, 12), "nothing": DroppedGradient(0, 0, 0, math.nan, 2)}
LAGS = by_lag([-1.5, -2.0, -3.25, -4.5, -np.inf], [-1.5, -1.25, -1.125, -1.0625, -1.03125], -2.75)
LONG = by_lag(-0.25 * np.arange(60) - 0.5, np.linspace(-0.5, -0.125, 60), -9.5)

NORMS = {"none": norms(), "one": norms(2.0), "three": norms(0.5, 8.0, 2.0, zero=1, not_finite=1),
         "nothing finite": norms(zero=2, not_finite=3), "many": norms(*np.geomspace(0.01, 30.0, 24), zero=1),
         "one dominates": norms(*np.linspace(0.5, 1.5, 20), 400.0), "half": norms(*[1.0] * 20, 20.0),
         "nineteen": norms(*np.linspace(1.0, 2.0, 19)), "twenty": norms(*np.linspace(1.0, 2.0, 20)),
         "far away": norms(1.0, 1e308, 1.7e308, not_finite=1)}
BROKEN = rerun(math.inf, 3, "loss is nan", math.nan)
TRIED = {
    "nothing yet": tried(done=False), "sound": tried(rerun(math.inf, loss=1.3125)),
    "just above chance": tried(rerun(math.inf, loss=1.3126)), "above chance": tried(rerun(math.inf, loss=1.4)),
    "ruined, more to come": tried(rerun(math.inf, loss=9.0), done=False),
    "ruined, none sound": tried(rerun(math.inf, loss=9.0), rerun(1.0, loss=3.0)),
    "ruined, one sound": tried(rerun(math.inf, loss=9.0), rerun(3.0, loss=3.0), rerun(0.25, loss=0.75)),
    "broken, more to come": tried(BROKEN, done=False),
    "broken, none finite": tried(BROKEN, rerun(1.0, 5, "loss is inf", math.nan)),
    "broken, none sound": tried(BROKEN, rerun(1.0, loss=3.0), rerun(30.0, 5, "loss is inf", math.nan)),
    "broken, the highest sound": tried(BROKEN, rerun(1.0, loss=0.5), rerun(0.5, loss=3.0)),
    "broken, a lower one sound, disorder": tried(BROKEN, rerun(100.0, loss=4.0), rerun(0.01, 1, "w is nan", math.nan),
                                                 rerun(0.5, loss=1.0), rerun(2.0, loss=1e9)),
    "one update": tried(rerun(math.inf, 1, loss=1.0)), "a loss of 0": tried(rerun(math.inf, loss=0.0), rerun(2.0)),
    "without any update": tried(rerun(math.inf, 0, "loss is nan", math.nan)),
    "far beyond": tried(BROKEN, rerun(100.0, loss=1e9), rerun(0.01, loss=1e-9), rerun(10.0, 1233, "loss is inf")),
}
COSTS = {"not yet": None, "nothing": cost(left_out="too long"), "one": cost((1000, 0.02, 0.005, 0.0025, 2)),
         "one update": cost((50, 0.0015, 0.003, 0.003, 1)),
         "two": cost((50, 0.001, 0.003, 0.0003, 10), (200, 0.0042, 0.0007, 0.00035, 2), left_out="T = 500 and longer")}

CASES = {f"map, {name}": lambda case=case: truncation_map_figure(*case) for name, case in MAPS.items()}
CASES |= {
    "lags": lambda: lost_by_lag(LAGS, 2), "lags, uncut": lambda: lost_by_lag(LAGS, None),
    "lags, cut and not told": lambda: lost_by_lag(replace(LAGS, log10_dropped=None), 4),
    "many lags": lambda: lost_by_lag(LONG, 59),
    "one lag fewer": lambda: lost_by_lag(by_lag(LONG.log10_part[:59], LONG.log10_running[:59]), None),
    "no lags": lambda: lost_by_lag(None, None), "no lags, and why": lambda: lost_by_lag(None, 3, "measuring …")}
CASES |= {f"needs, {task}, T = {T}": lambda task=task, T=T, more=more: dependency_figure(tasks()[task], T, *more)
          for task in ("recall", "adding", "sine", "sunspots")
          for T, *more in ((1000, 10, 0.004), (2, None, 1.0), (50, 7, 0.0), (300, 20, 0.5))
          if tasks()[task].shortest <= T <= tasks()[task].longest}
CASES |= {"needs, not known": lambda: dependency_figure(replace(tasks()["recall"], dependency=None), 50, 7, 1.0)}
CASES |= {f"cost, {name}": lambda found=found: truncation_cost_figure(found) for name, found in COSTS.items()}
CASES |= {f"norms, {name}, θ = {chosen}": lambda found=found, chosen=chosen: threshold_histogram(found, chosen)
          for (name, found), chosen in zip(NORMS.items(), [None, 0.5, 2.0, None, 1.25, 10.0] * 2, strict=False)}
CASES |= {f"tried, {name}": lambda found=found: thresholds_tried(found) for name, found in TRIED.items()}
CASES |= {"tried, nothing": lambda: thresholds_tried(None)}
CASES |= {f"verdict, {name}": lambda case=case, lost=lost: lines(truncation_verdict(*case, lost))
          for (name, case), lost in zip(MAPS.items(), [None, *LOST.values()] * 3, strict=False)}
CASES |= {f"verdict, {name}": lambda found=found: lines(truncation_verdict(*MAPS["chunks, reset"], found))
          for name, found in LOST.items()}
CASES |= {f"recorded, {name}": lambda found=found, chosen=chosen: lines(threshold_verdict(found, chosen, None))
          for (name, found), chosen in zip(NORMS.items(), [Proposal(1.5, None), Proposal(0.25, None), Proposal(
              1e9, "too high")] * 4, strict=False)}
CASES |= {f"tried in words, {name}": lambda found=found: lines(threshold_verdict(
    norms(), Proposal(math.nan, "no"), found)) for name, found in TRIED.items()}
CASES |= {"recorded and tried": lambda: lines(threshold_verdict(NORMS["many"], Proposal(2.0, None), TRIED["sound"]))}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_and_said(name):
    found = CASES[name]()
    assert (found if isinstance(found, list) else look(found)) == kept("truncation")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("truncation")) == list(CASES)
