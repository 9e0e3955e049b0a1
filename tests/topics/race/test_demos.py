"""The registry of demos, how they are run and counted, and what was recorded of them."""

from dataclasses import replace
from math import log
from statistics import median

import pytest

from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.remedies.base import remedies, remedy_of
from core.specs.training import optimizer_titles
from core.topics.race.demos.base import KINDS, Demo, LaneResult, Result, demo_names, demos, demos_of
from core.topics.race.demos.recorded import FILE, HEADER, csv_rows, recorded
from core.topics.race.demos.runs import run_demo, run_lane
from core.training.experiment import Experiment, flat_parameters, read_spelled
from core.training.trainer import Trainer

EACH = pytest.mark.parametrize("demo", demos().values(), ids=demos())
LANE = LaneResult(runs=20, solved=0, median_updates=None, diverged=0, seconds=1.0)
QUICK = demos()["identity_relu_carries"]


# -- the registry -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", remedies())
def test_every_remedy_has_a_demo_that_holds(name):
    assert any(recorded()[demo.name].holds for demo in demos_of(name))


@EACH
def test_a_demo_is_of_a_remedy_and_of_a_kind(demo):
    assert demo.remedy in remedies()
    assert demo.kind in KINDS


@EACH
def test_a_lane_has_the_remedy_and_differs_in_nothing_but_what_is_listed(demo):
    off, on = demo.experiment(on=False), demo.experiment(on=True)
    assert demo.remedy in [remedy_of(spec).name for spec in on.remedies]
    changed = {name for name, _, _ in on.changes_from(off)}
    assert changed
    assert all(name == demo.remedy or name.startswith(f"{demo.remedy}_") for name in changed)


@EACH
def test_both_lanes_see_the_same_first_batch(demo):
    one, other = (Trainer(demo.experiment(on=on, seed=3)).gradient()[1] for on in (False, True))
    assert (one.x.tobytes(), one.target.tobytes()) == (other.x.tobytes(), other.target.tobytes())


@EACH
@pytest.mark.parametrize("on", [False, True])
def test_the_words_of_a_link_bring_a_lane_back(demo, on):
    experiment = demo.experiment(on=on, seed=7)
    values, problems = read_spelled(experiment.spelled(), flat_parameters())
    assert (list(Experiment.from_values(values).changes_from(experiment)), problems) == ([], [])


@EACH
def test_a_demo_sets_nothing_to_its_default_but_what_it_compares(demo):
    values = {**demo.base, **demo.on}
    same = {name for name, value in values.items() if value == flat_parameters()[name].default}
    assert same <= {name for name in values if name.startswith(f"{demo.remedy}_")}


@EACH
def test_the_baseline_is_named_with_what_makes_its_updates(demo):
    off = demo.experiment(on=False)
    if any(remedy_of(spec).solver for spec in off.remedies):
        assert "ridge regression" in demo.baseline
        return
    name = optimizer_titles()[off.training.optimizer].removesuffix(" 0.9")
    assert name in demo.baseline
    assert ("momentum" in demo.baseline) == (off.training.optimizer == "momentum")
    if "clip_norm" in demo.base:
        assert f"clipped at {off.remedies[0].threshold:g}" in demo.baseline


@EACH
def test_no_demo_says_that_something_is_impossible(demo):
    words = f"{demo.title} {demo.look} {demo.claim} {demo.baseline}".lower()
    assert not any(word in words for word in ("cannot", "can not", "never learn", "impossible", "unable"))


@EACH
def test_the_words_of_a_demo_are_sentences(demo):
    assert all(text.endswith((".", "?")) and "\n" not in text for text in (demo.look, demo.claim))


@EACH
def test_the_words_of_a_claim_are_those_of_its_twenty_seeds(demo):
    """Hardly: one to four of twenty; without it none."""
    result = recorded()[demo.name]
    if not result.holds:
        assert demo.claim.endswith("?")
        return
    loser = result.off if demo.kind == "solves" else result.on
    winner = result.on if demo.kind == "solves" else result.off
    says = any(word in demo.claim for word in ("hardly", "nearly every seed"))
    assert (1 <= loser.solved <= 4) == says
    assert loser.solved <= 4
    if demo.kind != "finite":
        assert winner.solved >= 16
    assert ("without a number" in demo.claim) == (demo.kind == "solves" and 4 < result.off.diverged < 10)
    if "about half" in demo.claim:
        assert 8 <= result.off.diverged <= 12


def test_without_the_clip_a_run_is_lost_within_a_few_updates_or_stays_at_chance():
    experiment = demos()["clip_norm_rescues"].experiment(on=False)
    ends = {seed: run_lane(experiment, 6, range(seed, seed + 1)).diverged for seed in range(1000, 1008)}
    assert 2 <= sum(ends.values()) <= 6
    finite = next(seed for seed, lost in ends.items() if not lost)
    trainer = Trainer(demos()["clip_norm_rescues"].experiment(on=False, seed=finite))
    records = [trainer.update() for _ in range(200)]
    assert sum(r.loss for r in records[-20:]) / 20 == pytest.approx(log(4), rel=0.02)
    assert sum(r.accuracy for r in records[-20:]) / 20 == pytest.approx(0.25, abs=0.05)


# -- how they are counted -------------------------------------------------------------------------------------


def demo_of(kind, **more):
    return Demo(name="x", remedy="clip_norm", title="", look="", base={}, on={"clip_norm": True}, updates=400,
                baseline="SGD", claim="", kind=kind, **more)


@pytest.mark.parametrize(("kind", "off", "on", "holds"), [
    ("solves", {"solved": 4}, {"solved": 16}, True), ("solves", {"solved": 5}, {"solved": 16}, False),
    ("solves", {"solved": 4}, {"solved": 15}, False), ("harms", {"solved": 16}, {"solved": 4}, True),
    ("harms", {"solved": 4}, {"solved": 16}, False), ("harms", {"solved": 16}, {"solved": 5}, False),
    ("finite", {"diverged": 16}, {}, True), ("finite", {"diverged": 15}, {}, False),
    ("finite", {"diverged": 20}, {"diverged": 1}, False), ("finite", {"diverged": 20}, {"solved": 5}, False),
])
def test_whether_a_demo_holds_is_read_from_the_numbers(kind, off, on, holds):
    assert Result(demo_of(kind), range(20), replace(LANE, **off), replace(LANE, **on)).holds is holds


def test_a_result_is_quoted_with_both_lanes_and_the_updates():
    result = Result(demo_of("solves"), range(20), replace(LANE, solved=1), replace(LANE, solved=18))
    assert result.says == "18 of 20 seeds solved in 400 updates; baseline 1 of 20."


@pytest.mark.parametrize(("kind", "words"), [
    ("solves", "18 of 20 seeds solved in 400 updates, 2 left the finite numbers; baseline 1 of 20, 11 left the finite "
               "numbers"),
    ("harms", "18 of 20 seeds solved in 400 updates, 2 left the finite numbers; without it 1 of 20, 11 left the finite "
              "numbers"),
    ("finite", "11 of 20 seeds leave the finite numbers in 400 updates; with it 2 of 20 do, and 18 are solved")])
def test_what_left_the_finite_numbers_is_counted_in_the_quote(kind, words):
    result = Result(demo_of(kind), range(20), replace(LANE, solved=1, diverged=11),
                    replace(LANE, solved=18, diverged=2))
    assert result.quote == words


def test_a_baseline_with_more_updates_is_quoted_with_them():
    result = Result(demo_of("solves", base_updates=900), range(20), LANE, replace(LANE, solved=18))
    assert result.quote == "18 of 20 seeds solved in 400 updates; baseline 0 of 20 in 900"


def test_a_baseline_with_more_updates_of_which_some_were_lost_is_quoted_with_both():
    result = Result(demo_of("solves", base_updates=900), range(20), replace(LANE, diverged=3), replace(LANE, solved=18))
    assert result.quote == "18 of 20 seeds solved in 400 updates; baseline 0 of 20 in 900, 3 left the finite numbers"


def test_the_demos_stand_in_the_order_of_the_remedies_those_that_help_first_and_then_by_name():
    order = list(flat_parameters())
    found = list(demos().values())
    assert found == sorted(found, key=lambda demo: (order.index(demo.remedy), demo.kind != "solves", demo.name))
    assert demo_names() == {demo.name: demo.title for demo in found}
    assert [demo for name in dict.fromkeys(demo.remedy for demo in found) for demo in demos_of(name)] == found


def test_a_lane_is_spelled_as_flags_with_all_its_updates():
    demo = replace(demo_of("solves"), base={"eigenvalues": (0.9, 0.1), "n_hidden": 2})
    assert demo.spelled(on=False) == "n_hidden=2 eigenvalues=0.9,0.1 steps=400"
    assert demo.spelled(on=True) == "n_hidden=2 eigenvalues=0.9,0.1 steps=400 clip_norm=true"


def test_a_demo_that_does_not_hold_says_so_with_its_numbers():
    result = Result(demo_of("solves"), range(20), replace(LANE, solved=9), replace(LANE, solved=18))
    assert result.says == "18 of 20 seeds solved in 400 updates; baseline 9 of 20: the demo does not hold."


@pytest.mark.parametrize("seed", [40, 41])
def test_a_run_is_solved_at_the_update_at_which_the_playground_stops(seed):
    live = LiveRun(QUICK.experiment(on=True, seed=seed), UpdateSlot())
    live.playback = Playback(until_solved=True)
    while live.state not in ("solved", "finished", "diverged"):
        live.step()
    lane = run_lane(QUICK.experiment(on=True), QUICK.updates, range(seed, seed + 1))
    assert (live.state, live.updates) == ("solved", lane.median_updates)


@pytest.mark.slow
def test_a_lane_is_the_sum_of_its_seeds():
    experiment = QUICK.experiment(on=True)
    alone = [run_lane(experiment, QUICK.updates, range(seed, seed + 1)) for seed in range(40, 45)]
    together = run_lane(experiment, QUICK.updates, range(40, 45))
    assert together.solved == sum(lane.solved for lane in alone)
    assert together.median_updates == median(lane.median_updates for lane in alone if lane.solved)


def test_a_run_that_leaves_the_finite_numbers_is_counted_as_such():
    lane = run_lane(demos()["clip_norm_rescues"].experiment(on=False), 10, range(0, 2))  # nan at update 5 and 4
    assert (lane.solved, lane.diverged, lane.median_updates) == (0, 2, None)


def test_a_baseline_may_have_more_updates_than_the_remedy(monkeypatch):
    asked = []
    monkeypatch.setattr("core.topics.race.demos.runs.run_lane",
                        lambda experiment, updates, seeds: asked.append(updates) or LANE)
    run_demo(demo_of("solves", base_updates=900), range(2))
    run_demo(demo_of("solves"), range(2))
    assert asked == [900, 400, 400, 400]


# -- what was recorded --------------------------------------------------------------------------------------


@EACH
def test_every_demo_was_run_as_it_is_now_on_the_twenty_fresh_seeds(demo):
    result = recorded()[demo.name]
    assert result.seeds == range(1000, 1020)
    assert result.off.runs == result.on.runs == 20


def test_the_file_has_no_other_demos():
    assert FILE.read_text().splitlines()[0] == ",".join(HEADER)
    assert len(FILE.read_text().splitlines()) == 1 + 2 * len(demos())


@EACH
def test_the_file_gives_back_what_was_written(demo):
    lines = FILE.read_text().splitlines()
    assert all(",".join(row) in lines for row in csv_rows(recorded()[demo.name]))


def test_a_demo_whose_settings_have_changed_has_no_result(monkeypatch):
    changed = {QUICK.name: replace(QUICK, updates=QUICK.updates + 1), "lstm_bias": demos()["lstm_bias"]}
    monkeypatch.setattr("core.topics.race.demos.recorded.demos", lambda: changed)
    assert list(recorded()) == ["lstm_bias"]


@pytest.mark.slow
def test_a_recorded_lane_comes_out_again():
    known = recorded()[QUICK.name].on
    again = run_lane(QUICK.experiment(on=True), QUICK.updates, range(1000, 1020))
    assert replace(again, seconds=0.0) == replace(known, seconds=0.0)
