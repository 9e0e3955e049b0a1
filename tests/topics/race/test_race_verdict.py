"""What a race says in words, on races made up for it and on random ones, computed once more by plain loops."""

from dataclasses import replace
from functools import cache
from math import inf, log10
from statistics import median

import numpy as np
import pytest

from core.live.slot import UpdateSlot
from core.tasks.base import tasks
from core.topics.race.race import Race
from core.topics.race.table import rows
from core.topics.race.verdict import race_verdict
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.races import CLIPPED, SMALL, WILD, entrants, played, race, solves, with_lanes

VIEW = played(race(SMALL, "clip_norm,truncation"), to=8).view()
NONE = solves(None, None, None)


def said(**lanes):
    return race_verdict(with_lanes(VIEW, **lanes))


# -- made up --------------------------------------------------------------------------------------------------


def test_each_lane_has_its_sentence_the_best_first_and_the_baseline_last():
    found = said(lane0=NONE | {"updates": 400, "title": "SGD"}, lane1=NONE | {"updates": 1},
                 lane2=solves(100, 150, 300))
    assert found.headline == "Truncation solves 3 of 3 seeds, the baseline 0"
    assert found.sentence == ("Truncation solved 3 of 3 in 150 updates (median). Clip norm solved 0 of 3 in 1 update. "
                              "The baseline, SGD, solved 0 of 3 in 400 updates.")
    assert [claim.name for claim in found.claims] == ["lane_2", "lane_1", "lane_0"]
    assert [claim.numbers["last"] for claim in found.claims] == [0, 0, 0]  # none diverged


def test_one_seed_has_no_median_and_two_have_theirs_between_them():
    one, two = (said(lane1=lane).claim("lane_1").text for lane in (solves(None, 70, None), solves(70, None, 101)))
    assert one == "Clip norm solved 1 of 3 in 70 updates."
    assert two == "Clip norm solved 2 of 3 in 85.5 updates (median)."


@pytest.mark.parametrize(("lane", "words"), [
    (NONE | {"stopped_at": (None, 4, 9), "updates": 9}, "solved 0 of 3 in 9 updates, 2 diverged"),
    (solves(90, None, None) | {"stopped_at": (None, 4, 9)}, "solved 1 of 3 in 90 updates, 2 diverged"),
    (NONE | {"stopped_at": (7, 12, 9), "state": "diverged"}, "diverged on all 3 by update 12"),
    (solves(5, 6, 7) | {"stopped_at": (8, 12, 9)}, "solved 3 of 3 in 6 updates (median), 3 diverged"),
    (NONE | {"stopped_at": (3, 3, 3), "updates": 2, "failed": "no such matrix"},
     "solved 0 of 3 and ended after 2 updates: no such matrix")])
def test_what_diverged_is_counted(lane, words):
    assert said(lane1=lane).claim("lane_1").text == f"Clip norm {words}."


def test_a_lone_seed_that_diverged_says_when():
    text = said(lane0={"solved": (None,), "stopped_at": (5,), "title": "SGD"}).claim("lane_0").text
    assert text == "The baseline, SGD, diverged at update 5."


def test_a_sentence_begins_with_a_capital_and_an_acronym_is_one():
    titles = {"lstm, bias 3": "LSTM, bias 3", "gru + leaky": "GRU + leaky", "gru, gru_bias 2": "GRU, gru_bias 2",
              "l2": "L2", "clip norm": "Clip norm",
              "Adam": "Adam"}
    for title, words in titles.items():
        assert said(lane1=NONE | {"title": title}).claim("lane_1").text.startswith(f"{words} solved")
        assert said(lane1=solves(9, 9, 9) | {"title": title}).headline.startswith(f"{words} solves 3")


@pytest.mark.parametrize(("base", "one", "two", "headline", "kind"), [
    (solves(200, 200, 200), solves(100, 100, 100), solves(150, None, None),
     "As many seeds solved either way, clip norm in 50% of the updates", "healthy"),
    (solves(None, 200, None), solves(160, None, None), NONE,
     "As many seeds solved either way, clip norm in 80% of the updates", "healthy"),
    (solves(None, 200, None), solves(161, None, None), NONE, "The baseline solves as many seeds", "racing"),
    (solves(100, 100, 100), solves(90, None, None), NONE, "The baseline solves most: 3 of 3 seeds", "racing"),
    (solves(1, None, None), NONE, NONE, "The baseline solves most: 1 of 3 seeds", "racing"),
    (NONE, NONE, NONE, "No lane solved it in these updates", "racing"),
    (solves(9, None, None), NONE, solves(900, None, 900), "Truncation solves 2 of 3 seeds, the baseline 1", "healthy"),
    (NONE | {"state": "diverged"}, NONE, NONE, "The baseline diverged", "diverged"),
    (NONE | {"state": "diverged", "failed": "why"}, NONE, NONE, "No lane solved it in these updates", "racing"),
    (NONE | {"state": "diverged"}, solves(9, None, None), NONE, "Clip norm solves 1 of 3 seeds, the baseline 0",
     "healthy")])
def test_the_headline_counts_seeds_first_and_then_updates(base, one, two, headline, kind):
    found = said(lane0=base, lane1=one, lane2=two)
    assert (found.headline, found.kind) == (headline, kind)


def test_while_it_is_on_the_headline_is_the_update():
    view = with_lanes(VIEW, state="playing", lane1=solves(9, 9, 9))
    found = race_verdict(replace(view, front=1200, steps=20000))
    assert (found.headline, found.kind) == ("Update 1,200 of 20,000", "racing")


def test_a_race_before_its_first_update_says_who_races():
    found = race_verdict(race(SMALL, "clip_norm", seeds=(4,)).view())
    assert (found.kind, found.headline, found.claims[0].name) == ("ready", "Ready", "ready")
    assert found.sentence == "1 lane beside the baseline, base; 1 seed each."
    assert race_verdict(race(SMALL, "", seeds=(4, 5)).view()).sentence == "The baseline, base, alone; 2 seeds."


def test_the_baseline_alone_is_no_contest():
    alone = Experiment.from_values({**SMALL.values(), "steps": 3})
    found = race_verdict(played(race(alone, "")).view())
    assert (found.headline, found.kind) == ("The baseline alone", "racing")


def test_a_baseline_that_diverged_on_every_seed_says_when():
    found = race_verdict(played(race(WILD, CLIPPED)).view())
    assert found.headline == "The baseline diverged"
    assert "The baseline, base, diverged on all 3 by update 3." in found.sentence


def test_a_reservoir_whose_states_explode_is_named_although_no_gradient_travels():
    base = Experiment.from_values({"n_hidden": 6, "seq_len": 30, "batch": 4, "activation": "linear", "rho": 0.5,
                                   "angle": 180.0, "steps": 3})
    made = race(base, "echo_state+echo_state_rho=1.5+echo_state_leak=1,leaky", seeds=(0, 1))
    expected = 30 * log10(1.5)  # linear and orthogonal
    for view in (made.view(), played(made).view()):
        found = race_verdict(view).claim("exploding")
        assert found.numbers["lag_1"] == 30
        assert found.numbers["log10_1"] == pytest.approx(expected, abs=1e-9)
        assert found.text == f"The product of Jacobians explodes: 10^5.3 at lag 30 with {view.lanes[1].title}."
        assert set(found.numbers) == {"title_1", "lag_1", "log10_1"}
    assert race_verdict(race(SMALL, "clip_norm").view()).claim("exploding") is None


def test_every_lane_that_explodes_is_named_by_its_longest_lag():
    flow = VIEW.lanes[0].flow
    lags = {slot: {"flow": replace(flow, x=np.array([1.0, 2.0, lag]), median=np.array(median))}
            for slot, lag, median in ((0, 3.0, [0.5, 0.0, 1.0]), (1, 4.0, [9.0, 5.0, 0.99]), (2, 6.0, [0.0, 9.0, 2.5]))}
    found = said(lane0=lags[0], lane1=lags[1], lane2=lags[2]).claim("exploding")
    assert found.text == ("The product of Jacobians explodes: 10^1.0 at lag 3 with base; 10^2.5 at lag 6 with "
                          "truncation.")
    assert found.numbers == {"title_0": "base", "lag_0": 3, "log10_0": 1.0, "title_2": "truncation", "lag_2": 6,
                             "log10_2": 2.5}


# -- random races ---------------------------------------------------------------------------------------------

LANES = ["clip_norm+clip_norm_threshold=0.5", "optimizer=adam", "leaky", "lstm", "gru", "truncation+truncation_k2=3",
         "l2", "identity_relu", "orthogonal_kept", "clip_value", "omega", "optimizer=adam+lr=0.03",
         "rho=1.6+activation=leaky_relu", "lr=3"]


def drawn(seed):
    """A random race: baseline, lanes as a link says them, seeds."""
    rng = np.random.default_rng([seed, 77])
    values = {"task": str(rng.choice(["recall", "sine", "adding", "temporal_order"])),
              "n_hidden": int(rng.integers(4, 13)), "seq_len": int(rng.integers(5, 9)),
              "batch": int(rng.integers(8, 25)), "rho": float(rng.choice([0.6, 1.0, 1.5])),
              "optimizer": str(rng.choice(["sgd", "adam"])), "lr": float(rng.choice([0.01, 0.05, 1.0])),
              "activation": str(rng.choice(["tanh", "leaky_relu"])), "steps": int(rng.integers(25, 90))}
    lanes = ",".join(rng.choice(LANES, size=rng.integers(0, 4), replace=False))
    return Experiment.from_values(values), lanes, tuple(range(seed, seed + int(rng.integers(1, 4))))


@cache
def alone(experiment, seed):
    """(update at which it was solved or None, at which it left the finite numbers or None), by a plain loop."""
    trainer = Trainer(replace(experiment, recurrence=replace(experiment.recurrence, seed=seed)))
    task, losses, right, done = tasks()[experiment.task.task], [], [], None
    for made in range(1, experiment.training.steps + 1):
        record = trainer.update()
        if record.stopped is not None:
            return done, made
        losses.append(record.loss)
        right.append(record.accuracy)
        if done is None and made >= 20:
            passed = (sum(right[-20:]) > 0.95 * 20 if task.classes else
                      sum(losses[-20:]) < 20 * task.solved_loss)
            done = made if passed else None
    return done, None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(14))
def test_a_random_race_says_what_its_seeds_do_alone(seed):
    base, lanes, seeds = drawn(seed)
    who = entrants(base, lanes)
    made = Race(who, seeds, UpdateSlot())
    made.apply(who, seeds, until_solved=False)
    made.playback = replace(made.playback, pace="max")
    view = played(made).view()
    ends = {one.slot: [alone(one.experiment, s) for s in seeds] for one in who}
    solved = {slot: [at for at, _ in found if at is not None] for slot, found in ends.items()}
    lost = {slot: [at for _, at in found if at is not None] for slot, found in ends.items()}
    found, table = race_verdict(view), {row.slot: row for row in rows(view)}
    for one in who:
        numbers, words = found.claim(f"lane_{one.slot}").numbers, found.claim(f"lane_{one.slot}").text
        done, gone, S = solved[one.slot], lost[one.slot], len(seeds)
        assert (numbers["solved"], numbers["lost"], numbers["seeds"]) == (len(done), len(gone), S)
        assert numbers["updates"] == (median(done) if done else inf)
        assert table[one.slot].solved == f"{len(done)} of {S}" + (f", {len(gone)} diverged" if gone else "")
        if done:
            middle = f"{median(done):g}"
            assert f" solved {len(done)} of {S} in {middle} updates" in words
            assert table[one.slot].updates == (middle if min(done) == max(done) else
                                               f"{middle} ({min(done)}–{max(done)})")
        elif len(gone) == S:
            assert words.endswith(f"diverged on all {S} by update {max(gone)}." if S > 1 else
                                  f"diverged at update {gone[0]}.")
        else:
            made = base.training.steps if len(gone) < S else max(gone)
            assert f" solved 0 of {S} in {made} updates" in words
            assert table[one.slot].updates == "–"
        assert ("diverged" in words) == bool(gone)
    assert found.headline == _headline(base, who, solved, lost, len(seeds))


def _headline(base, who, solved, lost, S):
    """Most seeds, then fewest updates, then the place."""
    if len(who) == 1:
        return "The baseline alone"
    best = max(who[1:], key=lambda one: (len(solved[one.slot]), -median(solved[one.slot] or [inf]), -one.slot))
    b, w, title = len(solved[best.slot]), len(solved[0]), best.title
    seeds = f"{S} seed{'s' if S > 1 else ''}"
    if b > w:
        return f"{title[0].upper()}{title[1:]} solves {b} of {seeds}, the baseline {w}"
    if b == 0 and len(lost[0]) == S:
        return "The baseline diverged"
    if w > b:
        return f"The baseline solves most: {w} of {seeds}"
    if b == 0:
        return "No lane solved it in these updates"
    part = median(solved[best.slot]) / median(solved[0])
    return (f"As many seeds solved either way, {title} in {100 * part:.0f}% of the updates" if part <= 0.8 else
            "The baseline solves as many seeds")


def test_the_random_races_say_different_things():
    """Else the recomputation above would look at one branch again and again."""
    kinds = set()
    for seed in range(14):
        base, lanes, seeds = drawn(seed)
        ends = [[alone(one.experiment, s) for s in seeds] for one in entrants(base, lanes)]
        kinds |= {(any(at for at, _ in found), any(at for _, at in found), len(found)) for found in ends}
    assert {(True, False), (False, False), (False, True)} <= {kind[:2] for kind in kinds}
    assert {size for *_, size in kinds} == {1, 2, 3}
