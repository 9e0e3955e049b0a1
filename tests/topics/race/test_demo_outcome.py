"""What a race says about the claim of the demo that it runs."""

from dataclasses import replace

import pytest

from core.topics.race.demos.base import demos
from core.topics.race.demos.outcome import FIRST_SEED, SEEDS, demo_values, outcome_verdict
from core.topics.race.entries import RaceSpec, lane_parameters
from core.topics.race.records import Solve
from tests.helpers.races import SMALL, played, race

VIEW = played(race(SMALL, "clip_norm", seeds=tuple(range(5)))).view()
SOLVES = next(demo for demo in demos().values() if demo.kind == "solves")
HARMS = next(demo for demo in demos().values() if demo.kind == "harms")
FINITE = next(demo for demo in demos().values() if demo.kind == "finite")


def ended(off, on, diverged=(0, 0)):
    """A race of two lanes with so many of five seeds solved, and so many diverged."""
    lanes = tuple(replace(lane, solved=tuple(Solve(100, 1.0) if s < count else None for s in range(5)),
                          stopped_at=tuple(9 if s >= 5 - lost else None for s in range(5)))
                  for lane, count, lost in zip(VIEW.lanes, (off, on), diverged, strict=True))
    return replace(VIEW, lanes=lanes)


@pytest.mark.parametrize(("demo", "off", "on", "diverged", "holds"), [
    (SOLVES, 0, 5, (0, 0), True), (SOLVES, 1, 4, (0, 0), True), (SOLVES, 2, 5, (0, 0), False),
    (SOLVES, 0, 3, (0, 0), False), (HARMS, 5, 0, (0, 0), True), (HARMS, 5, 2, (0, 0), False),
    (FINITE, 0, 0, (5, 0), True), (FINITE, 0, 0, (5, 1), False), (FINITE, 0, 2, (5, 0), False)])
def test_a_claim_holds_where_the_seeds_of_this_race_bear_it_out(demo, off, on, diverged, holds):
    found = outcome_verdict(demo, ended(off, on, diverged))
    assert (found.headline, found.kind) == (("As claimed", "healthy") if holds else ("Not on these seeds", "cut"))
    numbers = found.claim("here").numbers
    assert [numbers[name] for name in ("base_solved", "solved", "base_lost", "lost", "runs", "base_runs")] == [
        off, on, *diverged, 5, 5]
    assert numbers["updates"] == demo.updates
    assert found.sentence == f"{demo.claim} {found.claim('here').text}"
    begins = f"{diverged[0]} of 5 seeds leave the finite numbers" if demo is FINITE else f"{on} of 5 seeds solved"
    assert found.claim("here").text.startswith(f"Here: {begins}")


@pytest.mark.parametrize("view", [replace(VIEW, state="playing"), replace(VIEW, lanes=VIEW.lanes[:1])])
def test_nothing_is_said_before_the_end_or_of_another_race(view):
    assert outcome_verdict(SOLVES, view) is None


@pytest.mark.parametrize("demo", demos().values(), ids=demos())
def test_a_demo_is_a_race_of_two_lanes_that_the_page_can_show(demo):
    values = demo_values(demo)
    RaceSpec(lanes=values["lanes"], seeds=values["seeds"])
    assert set(demo.on) <= set(lane_parameters())
    assert (values["seeds"], values["seed"]) == (SEEDS, FIRST_SEED) == (5, 1000)
    assert values == {**demo.base, "steps": demo.updates, "seed": 1000, "seeds": 5, "lanes": (tuple(demo.on.items()),)}
