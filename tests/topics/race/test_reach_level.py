"""The level of the horizon: another one changes what is told of every lane, and begins none of them again."""

from functools import partial
from math import log10

import numpy as np
import pytest

from core.topics.race import as_if
from core.topics.race.as_if import race_as_if
from core.topics.race.entries import RaceSpec
from core.topics.race.figures.flow import race_flow
from core.topics.race.table import columns, notes, rows
from core.training.experiment import Experiment
from core.training.replicas import seeded
from core.training.trainer import Trainer
from pages._parts.race.race import race_csv
from tests.helpers.races import SEEDS, entrants, played, race
from tests.helpers.waiting import wait_until

FADES = Experiment.from_values({"n_hidden": 5, "seq_len": 60, "batch": 2, "shape": "gaussian", "rho": 0.6, "lr": 0.02,
                                "steps": 40})
FAINT = 1e-9


def norms(experiment, seed, updates):
    """log10 ||dh_T/dh_{T-l}|| at every lag, by the singular values of each product; its size is kept apart from it."""
    trainer = Trainer(seeded(experiment, seed))
    if not updates:
        trainer.measure()
    for _ in range(updates):
        trainer.update()
    product, size, found = np.eye(experiment.recurrence.n_hidden), 0.0, []
    for factor in np.array(trainer.jacobians(1))[::-1]:
        product = product @ factor
        largest = np.abs(product).max()
        product, size = product / largest, size + np.log10(largest)
        found.append(size + np.log10(np.linalg.svd(product, compute_uv=False)[0]))
    return np.array(found)


def first_below(found, level):
    below = np.flatnonzero(found < log10(level))
    return below[0] + 1.0 if len(below) else np.inf


def telling(found):
    """Levels halfway between a norm and the next one that is lower than all before: a slip of one lag shows."""
    lows = np.minimum.accumulate(found)
    falls = np.flatnonzero(np.diff(lows) < -1e-6)
    return [level for level in 10.0 ** (0.5 * (lows[falls] + lows[falls + 1])) if 1e-12 <= level <= 1.0]


@pytest.mark.parametrize("draw", range(16))
def test_it_is_the_first_lag_of_each_seed_whose_norm_is_below_the_level_and_no_lane_begins_again(draw):
    rng = np.random.default_rng(draw)
    base = FADES.changed(n_hidden=int(rng.integers(2, 9)), seq_len=int(rng.integers(12, 120)),
                         rho=float(rng.uniform(0.5, 0.95)), seed=int(rng.integers(1000)), dtype="float64")
    seeds, updates = tuple(range(int(rng.integers(1, 4)))), int(rng.integers(0, 3))
    made = race(base, "leaky", seeds)
    if updates:
        played(made, to=updates)
    lanes, before = made._lanes, made.view()
    measured = seeds if updates else seeds[:1]
    found = {lane.slot: [norms(lane.experiment, seed, updates) for seed in measured] for lane in before.lanes}
    levels = rng.permutation(telling(found[0][-1]))[:4]
    assert len(levels) == 4
    for level in map(float, levels):
        made.apply(entrants(base, "leaky"), seeds, False, level=level)
        view = made.view()
        assert view.level == level
        for lane in view.lanes:
            assert lane.horizon == tuple(first_below(one, level) for one in found[lane.slot])
    assert all(a is b for a, b in zip(made._lanes, lanes, strict=True))
    assert (made.front, made.state) == (updates, before.state)
    np.testing.assert_array_equal(made.view().lanes[0].flow.median, before.lanes[0].flow.median)


@pytest.mark.parametrize("updates", [0, 2])
def test_one_that_is_held_is_told_at_once_and_the_race_stays_as_it_is(updates):
    made = race(FADES, "leaky")
    if updates:
        played(made, to=updates)
    before = made.view()
    tried = race_as_if(made, entrants(FADES, "leaky"), SEEDS, False, 1, FAINT)
    seen = tried.view()
    assert (seen.quick, seen.level, made.view().level) == (False, FAINT, 1e-3)
    for lane, stays in zip(seen.lanes, made.view().lanes, strict=True):
        assert lane.horizon == tuple(first_below(norms(lane.experiment, seed, updates), FAINT)
                                     for seed in (SEEDS if updates else SEEDS[:1]))
        np.testing.assert_array_equal(lane.flow.median, stays.flow.median)
    assert [lane.horizon for lane in made.view().lanes] == [lane.horizon for lane in before.lanes]
    assert seen.lanes[0].horizon != before.lanes[0].horizon
    made.apply(entrants(FADES, "leaky"), SEEDS, False, level=FAINT)
    assert [lane.horizon for lane in made.view().lanes] == [lane.horizon for lane in seen.lanes]


def test_where_it_takes_too_long_it_is_told_when_the_hand_rests(monkeypatch):
    made = played(race(FADES, "leaky"), to=2)
    monkeypatch.setattr(as_if, "REST", 60.0)
    monkeypatch.setattr(as_if, "QUICK", -1.0)
    first = race_as_if(made, entrants(FADES, "leaky"), SEEDS, False, 1, FAINT)
    assert (first.view().quick, [lane.horizon for lane in first.view().lanes]) == (True, [(), ()])
    assert [row.horizon for row in rows(first.view())] == ["–", "–"]
    monkeypatch.setattr(as_if, "REST", 0.0)
    second = race_as_if(made, entrants(FADES, "leaky"), SEEDS, False, 1, FAINT)
    wait_until(lambda: second.settled)
    made.apply(entrants(FADES, "leaky"), SEEDS, False, level=FAINT)
    assert [lane.horizon for lane in second.view().lanes] == [lane.horizon for lane in made.view().lanes]
    assert not second.view().quick


def test_a_race_that_plays_is_told_at_once_and_goes_on_with_it():
    base = FADES.changed(steps=20000)
    made = race(base, "leaky", pace="30")
    made.play()
    wait_until(lambda: made.front > 2)
    made.apply(entrants(base, "leaky"), SEEDS, False, level=FAINT)
    assert made.state == "playing"
    assert all(lane.horizon for lane in made.view().lanes)
    made.pause()
    wait_until(lambda: made.settled)
    view = made.view()
    assert view.front > 2
    for lane in view.lanes:
        assert lane.horizon == tuple(first_below(norms(lane.experiment, seed, lane.updates), FAINT) for seed in SEEDS)
    made.reset()
    assert (made.front, made.view().level) == (0, FAINT)


def test_all_that_tells_a_horizon_tells_the_level_that_is_set():
    made = played(race(FADES, "leaky"), to=2)
    made.apply(entrants(FADES, "leaky"), SEEDS, False, level=2e-7)
    view = made.view()
    assert columns(view)[5] == "Horizon at 2·10^-7 (lag)"
    assert notes(view).text.endswith("is below 2·10^-7.")
    drawn = race_flow(view).look
    assert drawn["shapes"][0]["y0"] == drawn["annotations"][0]["y"] == pytest.approx(log10(2e-7))
    assert drawn["annotations"][0]["text"] == "horizon 2·10<sup>−7</sup>"
    found = {lane.title: sorted(first_below(norms(lane.experiment, seed, 2), 2e-7) for seed in SEEDS)
             for lane in view.lanes}
    assert found["base"][1] < np.inf
    assert found["leaky"][1] == np.inf
    assert drawn["meta"]["text"].endswith(f" First lag below 2·10^-7: base {found['base'][1]:g}; leaky none up to 60.")
    lines = [line.split(",") for line in race_csv(view).splitlines()]
    told = {title: tuple(map(float, rest)) for _, title, what, *rest in lines if what == "first lag below 2e-07"}
    assert told == {title: (2.0, lags[1], lags[0], lags[2]) for title, lags in found.items()}


def test_it_is_no_part_of_what_is_raced():
    spec = partial(RaceSpec, lanes="leaky")
    assert spec(reach_level=0.5).lanes == spec().lanes
    assert spec().reach_level == 1e-3
