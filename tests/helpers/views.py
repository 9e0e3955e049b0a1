"""Views of very different runs, and every figure of each."""

import re
from functools import cache

import numpy as np
import pytest

from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.plotting.eigenvalues import eigenvalue_plane
from core.topics.jacobians.figures.gradient_flow import gradient_flow_figure
from core.topics.playground.figures.gradient_by_step import gradient_by_step
from core.topics.playground.figures.gradient_map import gradient_map
from core.topics.playground.figures.gradient_norm import gradient_norm
from core.topics.playground.figures.loss import loss
from core.topics.playground.presets import PRESETS
from core.topics.playground.view import reach_of_view
from core.training.experiment import Experiment

# settings, and how many updates
RUNS = {
    "initial": ({}, 0),
    "after one update": ({}, 1),
    "trained": ({"steps": 700, "n_hidden": 4, "seq_len": 10, "batch": 4}, 700),
    "diverged": ({**PRESETS["exploding"].values, "seed": 2000}, 40),
    "T = 2": ({"seq_len": 2}, 5),
    "T = 1000": ({"seq_len": 1000, "n_hidden": 4, "batch": 2}, 2),
    "n = 2": ({"n_hidden": 2}, 5),
    "truncated": ({"truncation": True, "truncation_k2": 10}, 5),
    "truncated in chunks": ({"task": "sine", "truncation": True, "truncation_k1": 10, "truncation_k2": 5}, 7),
    "dead ReLU": ({"activation": "relu", "bias": -3.0}, 5),
    "W_hh = 0": ({"rho": 0.0}, 0),
    "clipped adding": ({"task": "adding", "clip_norm": True, "clip_norm_threshold": 0.01}, 30),
}
EACH_RUN = pytest.mark.parametrize("run", RUNS)


@cache
def view(run):
    values, updates = RUNS[run]
    live = LiveRun(Experiment.from_values(values), UpdateSlot())
    live.playback = Playback(until_solved=False)
    for _ in range(updates):
        live.step()
    return live.view()


def flow_of(seen):
    reach = reach_of_view(seen)
    return reach and reach.flow


DRAWN = {
    "eigenvalues": lambda v: eigenvalue_plane(v.record.spectrum, v.frames[0].record.eigenvalues if v.frames else None),
    "flow": lambda v: gradient_flow_figure(flow_of(v), 10),
    "loss": lambda v: loss(v.curves, v.baselines),
    "norm": lambda v: gradient_norm(v.curves, 0.5),
    "by_step": lambda v: gradient_by_step(v.record),
    "map": lambda v: gradient_map([f.record for f in v.frames] or [v.record]),
    "empty map": lambda v: gradient_map([]),
}


@cache
def figure(name, run):
    with np.errstate(divide="ignore"):
        return DRAWN[name](view(run))


def trace(fig, name):
    return next(t for t in fig.data if t.name == name)


def colours(value):
    return set(re.findall(r"#[0-9a-f]{6}", str(value)))
