"""A race as it would be with the values in a reader's hand: exactly what it is once it takes them over."""

import random
import threading
from dataclasses import fields

import numpy as np
import pytest

from core.parameters import ParameterError
from core.remedies.base import remedies
from core.topics.race import as_if, first_look
from core.topics.race.as_if import race_as_if
from core.topics.race.entrants import entrants_of, seeds_from
from core.topics.race.entries import Baseline, lane_experiment, lane_parameters
from core.topics.race.lag_norms import FEW_LAGS
from core.topics.race.lane import Lane
from core.topics.race.records import Band
from core.training.experiment import flat_parameters
from core.training.trainer import Trainer
from tests.helpers.races import SMALL, entrants, played, race
from tests.helpers.random_experiments import random_values
from tests.helpers.waiting import wait_until

LENGTHS = (5, 12, 30)
MEASURED = ("seconds", "solved")  # durations: no two are alike


def random_race(rng):
    """Values of a baseline, entries of lanes, and how many seeds: small enough to be raced twice."""
    while True:
        values = random_values(rng) | {"seq_len": rng.choice(LENGTHS), "n_hidden": rng.choice((2, 4)), "batch": 2,
                                       "steps": rng.choice((3, 6))}
        lanes = [tuple((name, True) for name in rng.sample(sorted(remedies()), rng.choice((0, 1, 1, 2))))
                 for _ in range(rng.choice((1, 2, 3)))]
        try:
            baseline = Baseline.from_values({n: p.default for n, p in flat_parameters().items()} | values)
        except ParameterError:
            continue
        return baseline.experiment.values(), lanes, rng.choice((1, 2, 3))


def moved(rng, values, lanes, seeds):
    """The same with one thing otherwise, as a control would have it."""
    while True:
        what = rng.choice(("baseline", "baseline", "steps", "lane", "seeds", "out"))
        other, others = dict(values), list(lanes)
        if what == "baseline":
            name, new = rng.choice([(n, v) for n, v in random_values(rng).items() if n in values and n != "seq_len"])
            other[name] = new
        elif what == "steps":
            other["steps"] = rng.choice((4, 9))
        elif what == "lane":
            slot = rng.randrange(len(lanes))
            name = rng.choice(("lr", "rho", "input_scale", "alpha"))
            own = dict(lanes[slot]) | {name: lane_parameters()[name].check(name, rng.choice((0.01, 0.2, 0.9)))}
            others[slot] = tuple(own.items())
        elif what == "out":
            others[rng.randrange(len(lanes))] = ()
        try:
            Baseline.from_values(other)
        except ParameterError:
            continue
        return other, others, rng.choice((1, 2, 3)) if what == "seeds" else seeds


def who(values, lanes, seeds):
    baseline = Baseline.from_values(values)
    return entrants_of(baseline, lanes)[0], seeds_from(baseline.experiment.recurrence.seed, seeds)


def begun(given, updates):
    """A race that has made so many updates, and rests."""
    made = race(SMALL, lanes="")
    made.apply(*who(*given), False)
    return played(made, to=updates) if updates else made


def same(a, b):
    """Two views of races, in all that is not a duration."""
    for one in fields(a):
        if one.name not in ("lanes", "baselines"):
            assert getattr(a, one.name) == getattr(b, one.name), one.name
    assert [lane.slot for lane in a.lanes] == [lane.slot for lane in b.lanes]
    for left, right in zip(a.lanes, b.lanes, strict=True):
        for one in fields(left):
            x, y = getattr(left, one.name), getattr(right, one.name)
            if isinstance(x, Band):
                for part in fields(Band):
                    np.testing.assert_array_equal(getattr(x, part.name), getattr(y, part.name), one.name)
            elif one.name == "solved":
                assert [s and s.update for s in x] == [s and s.update for s in y]
            elif one.name not in MEASURED:
                assert x == y, one.name


@pytest.mark.parametrize("seed", range(60))
def test_it_is_what_the_race_is_once_it_takes_them_over_and_the_race_stays_as_it_is(seed):
    rng = random.Random(seed)
    given, updates = random_race(rng), rng.choice((0, 0, 1, 2))
    after = moved(rng, *given)
    made = begun(given, updates)
    before = made.view()
    tried = race_as_if(made, *who(*after), False, 1)
    wait_until(lambda: tried.settled)
    seen = tried.view()
    same(made.view(), before)

    expected = begun(given, updates)
    expected.apply(*who(*after), False)
    wait_until(lambda: expected.settled)
    same(seen, expected.view())
    made.apply(*who(*after), False)
    same(made.view(), expected.view())


@pytest.mark.parametrize("seed", range(20))
def test_what_is_shown_at_once_is_a_part_of_the_whole(seed, monkeypatch):
    """Of each lane that is measured all, but for ||dh_T/dh_k||, which is known at fewer lags."""
    monkeypatch.setattr(as_if, "REST", 60.0)
    rng = random.Random(1000 + seed)
    given = random_race(rng)
    after = (given[0] | {"rho": 0.83, "seq_len": 30}, *given[1:])
    made = begun(given, 0)
    tried = race_as_if(made, *who(*after), False, 1)
    seen = tried.view()
    made.apply(*who(*after), False)
    assert made.beside is None
    whole = made.view()
    for quick, full in zip(seen.lanes, whole.lanes, strict=True):
        np.testing.assert_array_equal(quick.dL_dh.median, full.dL_dh.median)
        at = np.isin(full.flow.x, quick.flow.x)
        assert at.sum() == len(quick.flow.x)
        assert len(quick.flow.x) in (len(full.flow.x), FEW_LAGS)  # all where it had been measured, or is not finite
        np.testing.assert_array_equal(quick.flow.median, full.flow.median[at])
        assert (quick.horizon, quick.state, quick.orthogonality) == (full.horizon, full.state, full.orthogonality)
    fewer = any(len(quick.flow.x) < len(full.flow.x) for quick, full in zip(seen.lanes, whole.lanes, strict=True))
    assert (seen.quick, whole.quick) == (fewer, False)


def lanes_of(view):
    """The slots of those that show something."""
    return [lane.slot for lane in view.lanes if len(lane.dL_dh.x)]


def at(rho):
    return entrants(SMALL.changed(rho=rho), "leaky,lstm"), (0, 1, 2)


def test_what_would_take_too_long_waits_until_the_hand_rests(monkeypatch):
    made = race(lanes="leaky,lstm")
    monkeypatch.setattr(as_if, "REST", 60.0)
    for slot, seconds in ((0, 0.01), (1, 0.01), (2, as_if.QUICK)):  # the quickest first
        object.__setattr__(made._lanes[slot].first, "seconds", seconds)
    first = race_as_if(made, *at(0.9), False, 7)
    assert (lanes_of(first.view()), first.view().quick, first.settled) == ([0, 1], True, False)
    object.__setattr__(made._lanes[2].first, "seconds", 0.0)
    second = race_as_if(made, *at(0.8), False, 7)
    assert lanes_of(second.view()) == [0, 1], "what was left out stays out while the same movement goes on"
    monkeypatch.setattr(as_if, "REST", 0.0)
    third = race_as_if(made, *at(0.7), False, 7)
    wait_until(lambda: third.settled)
    assert (lanes_of(third.view()), third.view().quick) == ([0, 1, 2], False)
    assert made.beside is third
    third._slowness = 1.0
    for one in third._lanes:
        object.__setattr__(one.first, "seconds", 0.01)
    fourth = race_as_if(made, *at(0.6), False, 7)
    assert lanes_of(fourth.view()) == [0, 1, 2], "the hand has rested"


def test_a_busy_machine_has_time_for_fewer_lanes(monkeypatch):
    made = race(lanes="leaky,lstm")
    monkeypatch.setattr(as_if, "REST", 60.0)
    monkeypatch.setattr(as_if, "MEMORY", 0.0)  # it is as busy as is said here
    for one in made._lanes:
        object.__setattr__(one.first, "seconds", as_if.QUICK / 4)
    for busy, shown in ((1.0, [0, 1, 2]), (1.5, [0, 1]), (8.0, [0])):
        first = race_as_if(made, *at(0.9), False)  # known, so that nothing is late
        first._slowness = busy
        for one in (*made._lanes, *first._lanes):
            object.__setattr__(one.first, "seconds", as_if.QUICK / 4)
        assert lanes_of(race_as_if(made, *at(1.0 + busy / 100), False).view()) == shown


def test_of_two_the_later_one_is_there_and_neither_outlives_what_it_stands_beside(monkeypatch):
    made = race(lanes="leaky,lstm")
    monkeypatch.setattr(as_if, "REST", 60.0)
    monkeypatch.setattr(as_if, "QUICK", -1.0)
    measured, measure = [], Lane.preview
    for end in (lambda: race_as_if(made, *at(0.5), False, 1), lambda: made.apply(*at(1.0), False), made.suspend):
        tried = race_as_if(made, *at(0.9), False, 1)
        thread = tried._thread
        assert thread.is_alive()
        monkeypatch.setattr(Lane, "preview", lambda *given: (measured.append(threading.current_thread()),
                                                             measure(*given))[1])
        end()
        thread.join(60)
        assert not thread.is_alive()
        assert thread not in measured
        assert made.beside is not tried
        assert tried.settled


def test_a_race_that_nobody_looks_at_gets_no_thread(monkeypatch):
    made = race(lanes="leaky,lstm")
    monkeypatch.setattr(as_if, "QUICK", -1.0)
    made.suspend()
    tried = race_as_if(made, *at(0.9), False, 1)
    assert (tried._thread, tried.settled, lanes_of(tried.view())) == (None, True, [0])


def test_what_is_tried_again_and_what_does_not_show_is_not_measured_again(monkeypatch):
    made, measured = race(lanes="clip_norm,leaky,orthogonal_init"), []
    monkeypatch.setattr(first_look, "Trainer", lambda experiment: (measured.append(experiment), Trainer(experiment))[1])

    def tried(**values):
        measured.clear()
        found = race_as_if(made, entrants(SMALL.changed(**values), "clip_norm,leaky,orthogonal_init"), (0, 1, 2))
        wait_until(lambda: found.settled)
        return len(measured)

    assert tried(lr=0.3) == tried(steps=7) == tried(optimizer="adam") == 0
    assert tried(rho=0.9) == 2  # the clipped network is the baseline's, and rho has no part in an orthogonal one
    assert tried(rho=0.9) == 0
    assert tried(bias=0.5) == 3


def test_entrants_that_would_hold_too_much_are_not_tried():
    made = race()
    large = SMALL.changed(n_hidden=128, seq_len=1000, batch=256, lstm=True)
    assert race_as_if(made, entrants(large, "clip_norm"), (0, 1, 2)) is None
    assert (made.refused, made.beside) == (None, None)


def test_whether_a_lane_begins_again():
    made = race(lanes="clip_norm")
    assert not made.begins(entrants(SMALL, "clip_norm"), (0, 1, 2))
    assert not made.begins(entrants(SMALL.changed(steps=99), "clip_norm"), (0, 1, 2))
    assert not made.begins(entrants(SMALL, ""), (0, 1, 2))
    assert made.begins(entrants(SMALL, "clip_norm"), (0, 1))
    assert made.begins(entrants(SMALL.changed(lr=0.2), "clip_norm"), (0, 1, 2))
    assert made.begins(entrants(SMALL, "clip_norm,leaky"), (0, 1, 2))
    assert made.begins(entrants(SMALL, "clip_norm+lr=0.5"), (0, 1, 2))
    assert lane_experiment(SMALL, (("lr", 0.5),)).training.lr == 0.5
