"""Every chart of a race as a whole: bands, medians, marks, colours, hover, rules, axes and text, from numbers in which
no two are equal. The numbers themselves are computed once more in test_race_figures_said.py."""

from dataclasses import replace

import numpy as np
import pytest

from core.tasks.base import Baselines
from core.topics.race.figures.by_step import race_by_step
from core.topics.race.figures.flow import race_flow
from core.topics.race.figures.loss import race_loss
from core.topics.race.figures.norm import race_norm
from core.topics.race.records import NOTHING, Band, LaneView, RaceView
from core.training.experiment import Experiment
from tests.helpers.looks import kept, look


def band(*median, x=None, low=0.25, high=0.5):
    """Bounds at the first and the last point, below and above the median."""
    at = np.array(x if x is not None else range(1, len(median) + 1), float)
    middle = np.array(median, float)
    ends = middle[[0, -1]]
    return Band(at, middle, at[[0, -1]], ends - low, ends + high)


def lane(slot, title, state, loss, norm, dL_dh, flow, **more):
    values = {"updates": 3, "solved": (None, None), "stopped_at": (None, None), "dL_dc": None,
              "horizon": (2.0, 3.0), "seconds": 0.001, "failed": None, "orthogonality": None, **more}
    return LaneView(slot=slot, title=title, experiment=Experiment(), state=state, loss=loss, grad_norm=norm,
                    dL_dh=dL_dh, flow=flow, **values)


FULL = RaceView("finished", 3, 30, (4, 5), 3, (
    lane(0, "base", "racing", band(1.0, 0.75, 0.5), band(-1.0, 0.25, 1.5), band(-3.0, -2.0, -1.0),
         band(-0.5, -1.5, -3.5)),
    lane(2, "lstm", "solved", band(0.9, 0.6), band(-0.75, -2.5), band(-0.3, -0.2, -0.1), band(-0.1, -0.2, -0.4),
         dL_dc=band(-1.25, -0.875, -0.625)),
    lane(5, "lr 3", "diverged", band(1.25, 2.0, np.inf), band(3.0, 5.0, np.inf), band(np.inf, np.inf, np.inf),
         band(4.0, 25.0, 35.0, low=60.0, high=7.0)),
), Baselines(1.386, 0.97, "nats"), True)
WILD = replace(FULL.lanes[0], slot=6, title="far", state="over", loss=band(2.0, 4.0, 9.0, low=0.5, high=3.0),
               grad_norm=band(-20.0, 2.0, 9.5, low=8.0, high=6.0),
               dL_dh=band(-30.0, 2.0, 2e30, low=5.0, high=4.0))
GONE = replace(FULL.lanes[2], failed="no such matrix", state="diverged")
FAR = replace(FULL, lanes=(FULL.lanes[0], WILD, GONE))
ONE = replace(FULL, seeds=(4,), lanes=(
    replace(FULL.lanes[0], loss=band(1.5), grad_norm=band(0.5), dL_dh=band(-1.5), flow=band(-2.5)),))
DEEP = replace(FULL, lanes=(FULL.lanes[0], replace(FULL.lanes[1], dL_dc=band(-9.0, -8.0, -7.0))))
AT_THE_EDGE = replace(FULL, baselines=Baselines(0.5, 0.25, "nats"), lanes=(
    replace(FULL.lanes[0], loss=band(1.0, 1.5)), *FULL.lanes[1:]))
LATE = replace(FULL, lanes=(
    replace(FULL.lanes[0], loss=band(1.0, 0.5, low=0.0, high=0.0)), replace(FULL.lanes[1], loss=NOTHING),
    replace(FULL.lanes[2], state="racing")))
NONE_OF_IT = replace(FULL, lanes=(FULL.lanes[0], *(
    replace(GONE, slot=slot, title=title, state=state, failed=why, flow=NOTHING)
    for slot, title, state, why in ((1, "racing", "racing", None), (3, "failed", "diverged", "no such matrix"),
                                    (4, "diverged", "diverged", None)))))
EMPTY = replace(FULL, front=0, state="ready", lanes=tuple(
    replace(one, loss=NOTHING, grad_norm=NOTHING, dL_dh=NOTHING, flow=NOTHING, dL_dc=None) for one in FULL.lanes))
VIEWS = {"finished": FULL, "playing": replace(FULL, state="playing"), "one seed": ONE, "empty": EMPTY,
         "far away": FAR, "far away, playing": replace(FAR, state="playing")}
FIGURES = {"loss": race_loss, "norm": race_norm, "flow": race_flow, "by step": race_by_step}
CASES = {f"{name}, {which}": lambda draw=draw, view=view: draw(view)
         for name, draw in FIGURES.items() for which, view in VIEWS.items()}
CASES |= {"by step, a memory below": lambda: race_by_step(DEEP), "loss at the edge": lambda: race_loss(AT_THE_EDGE),
          "loss, one not begun and one gone": lambda: race_loss(LATE),
          "flow, lanes without a point": lambda: race_flow(NONE_OF_IT)}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_of_it(name):
    assert look(CASES[name]()) == kept("race")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("race")) == list(CASES)
