"""The races worth watching: valid as they stand, and what they promise on seeds they were not chosen on."""

import numpy as np
import pytest

from core.live.player import Playback
from core.live.slot import UpdateSlot
from core.topics.race.entrants import Entrant, seeds_from
from core.topics.race.entries import Baseline, RaceSpec, lane_experiment, lane_parameters, lane_title
from core.topics.race.presets import RACES
from core.topics.race.race import Race
from tests.helpers.races import played

FRESH = seeds_from(3000, 4)
EACH = pytest.mark.parametrize("name", RACES)


def baseline(name):
    own = {key: value for key, value in RACES[name].values.items() if key in Baseline.parameters()}
    return Baseline.from_values(own)


def raced(name, first, updates):
    """The baseline and the preset's lane of this remedy, on fresh seeds."""
    base = Baseline.from_values(baseline(name).experiment.values() | {"steps": updates}).experiment
    entry = next(entry for entry in RACES[name].values["lanes"] if entry[0][0] == first)
    race = Race([Entrant(0, "base", base), Entrant(1, lane_title(entry), lane_experiment(base, entry))], FRESH,
                UpdateSlot())
    race.playback = Playback(pace="max")
    return played(race).view().lanes


def solved(lane):
    return sum(solve is not None for solve in lane.solved)


@EACH
def test_every_lane_goes_together_with_its_baseline(name):
    for entry in RaceSpec(lanes=RACES[name].values["lanes"]).lanes:
        lane_experiment(baseline(name).experiment, entry)


@EACH
def test_a_race_names_only_what_the_page_has(name):
    known = {*Baseline.parameters(), *RaceSpec.parameters(), *Playback.parameters()}
    assert set(RACES[name].values) <= known
    assert all(field in lane_parameters() for entry in RACES[name].values["lanes"] for field, _ in entry)


@pytest.mark.slow
def test_clipping_keeps_the_exploding_race_finite_and_learns():
    base, clipped = raced("race_exploding", "clip_norm", 150)
    assert solved(base) == 0
    assert solved(clipped) == len(FRESH)
    assert clipped.stopped_at == (None,) * len(FRESH)


@pytest.mark.slow
def test_an_orthogonal_start_learns_what_the_vanishing_baseline_does_not():
    base, orthogonal = raced("race_vanishing", "orthogonal_init", 150)
    assert solved(base) == 0
    assert solved(orthogonal) == len(FRESH)
    assert max(base.horizon) < 30 < min(orthogonal.horizon)


@pytest.mark.slow
def test_l2_makes_a_healthy_baseline_forget():
    base, shrunk = raced("race_harm", "l2", 120)
    assert solved(base) == len(FRESH)
    assert solved(shrunk) <= 1
    assert np.median(shrunk.horizon) < 15
