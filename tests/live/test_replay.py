"""Changes made during a run, as a link spells them: opened elsewhere, they give the same run bit for bit."""

import random
import re

import numpy as np
import pytest

from core.live.player import Playback
from core.live.replay import LONGEST, MOST, Change, acting, begun, by_update, read, replayed, spelled
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.remedies.clip_norm import ClipNorm
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment, flat_parameters
from tests.helpers.live_runs import SMALL, changed, curves, live, played, same, scalars, stepped
from tests.helpers.waiting import wait_until

HOT = [  # what a reader may change during a run
    lambda rng: {"rho": rng.choice([0.3, 0.7, 1.0, 1.3])},
    lambda rng: {"lr": rng.choice([0.01, 0.2, 0.123456789])},
    lambda rng: {"seq_len": rng.randint(5, 14)},
    lambda rng: {"batch": rng.randint(1, 6)},
    lambda rng: {"steps": rng.choice([30, 40, 60])},
    lambda rng: {"clip_norm": True, "clip_norm_threshold": rng.choice([0.01, 0.1, 1.0])},
    lambda rng: {"clip_norm": False},
    lambda rng: {"l2": rng.random() < 0.5},
    lambda rng: {"truncation": True, "truncation_k1": rng.choice([3, 5, 1000]), "truncation_k2": rng.randint(1, 6)},
    lambda rng: {"truncation": False},
]
PLACES = [0.2, 0.9, -0.4, 0.3 + 0.6j, 0.5 - 0.1j]  # where an eigenvalue is taken from and put


def replayed_by_page(link):
    """What a page does with the link: settings, changes, updates."""
    texts, text, updates = link
    start = Experiment.from_values({name: flat_parameters()[name].parse(name, t) for name, t in texts.items()})
    changes, problems = read(text, start, updates + 1)
    assert problems == []
    run = LiveRun(start, UpdateSlot(), changes)
    run.playback = Playback(pace="max")
    run.play(to=updates, past_solved=True)
    wait_until(lambda: run.settled)
    return run


def link_of(run):
    updates, start, changes = run.story()
    return start.spelled(), spelled(start, changes), updates


def moved(run, rng):
    """An eigenvalue taken hold of and put down, after some places on the way; now and then it is put back."""
    before, start = run.experiment.recurrence.moved, rng.choice(PLACES)
    for to in rng.choices(PLACES, k=rng.randint(1, 3)):
        run.apply(changed(run.experiment, moved=(*before, start, to)))
    if rng.random() < 0.2:
        run.apply(changed(run.experiment, moved=before))


def handled(seed, base=SMALL):
    """A run as a reader may treat it: steps, changes, eigenvalues moved and radii set and set back, and rewinds."""
    rng, run = random.Random(seed), live(base)
    for _ in range(rng.randint(4, 9)):
        for _ in range(rng.randint(1, 6)):
            run.step()
        if rng.random() < 0.25:
            run.rewind(rng.choice(list(run._trajectory.history.frames())))
        if rng.random() < 0.9 and run.updates:
            before = run.experiment
            run.apply(changed(before, **rng.choice(HOT)(rng)))
            if rng.random() < 0.4:
                run.apply(changed(run.experiment, **rng.choice(HOT)(rng)))
            if rng.random() < 0.3:
                run.apply(changed(run.experiment, rho=0.5))
                run.apply(changed(run.experiment, rho=before.recurrence.rho))
        if rng.random() < 0.5 and run.updates:
            moved(run, rng)
            if rng.random() < 0.4:
                run.apply(changed(run.experiment, rho=rng.choice([0.6, 1.1])))
            if rng.random() < 0.4:
                moved(run, rng)
    return run


def one_run(seed):
    """Every other one with Adam, whose moments go along; every third in chunks of a sequence with losses throughout."""
    more = {"optimizer": "adam", "lr": 0.01} if seed % 2 else {}
    more |= {"task": "sine", "truncation": True, "truncation_k1": 4} if seed % 3 == 0 else {}
    return handled(seed, changed(SMALL, **more))


@pytest.mark.slow
@pytest.mark.parametrize("long", [0.05, 0.0], ids=["", "in pieces"])
@pytest.mark.parametrize("seed", range(24))
def test_a_link_gives_the_run_again_bit_for_bit_and_goes_on_as_it_does(seed, long, monkeypatch):
    """Also where every update is made as one that takes long."""
    monkeypatch.setattr("core.live.trajectory.LONG", long)
    run = one_run(seed)
    again = replayed_by_page(link_of(run))
    assert same(curves(again), curves(run))
    assert again.experiment == run.experiment
    assert link_of(again) == link_of(run)
    ours, theirs = run.view(), again.view()
    assert theirs.measured_at == ours.measured_at
    if run.changed:  # else one may show its last update, and the other, gone back, its next
        assert np.array_equal(theirs.record.W_hh, ours.record.W_hh)
    run.step()
    again.step()
    assert same(curves(again), curves(run))
    assert np.array_equal(again.view().record.W_hh, run.view().record.W_hh)


@pytest.mark.parametrize("seed", range(8))
def test_the_run_of_the_command_has_the_same_records(seed):
    run = one_run(seed)
    updates, start, changes = run.story()
    records = [record for record, _ in zip(replayed(start, acting(changes)), range(updates), strict=False)]
    assert same(scalars(records), curves(run))


def test_the_changes_of_the_random_runs_are_of_every_kind():
    """Else the tests above would say little."""
    texts = [link_of(one_run(seed))[1] for seed in range(24)]
    names = {entry.split(":")[1].split("=")[0] for text in texts for entry in filter(None, text.split(","))}
    assert names >= {"rho", "lr", "seq_len", "batch", "steps", "clip_norm", "clip_norm_threshold", "l2", "truncation",
                     "truncation_k1", "truncation_k2", "moved"}
    assert any("=false" in text for text in texts)
    twice = [text for text in texts if any(text.count(f",{step}:rho=") + text.startswith(f"{step}:rho=") > 1
                                           for step in range(2, 60))]
    assert twice
    assert any(re.search(r"(?:^|,)(\d+):moved=[^,]*,\1:rho=", text) for text in texts)


def test_a_radius_set_and_set_back_is_in_the_link_as_both():
    run = stepped()
    rho = SMALL.recurrence.rho
    for value in (0.9, 0.4, 0.5, rho):
        run.apply(changed(SMALL, rho=value))
    assert link_of(run)[1] == f"11:rho=0.5,11:rho={rho}"


def test_a_slider_that_is_dragged_leaves_the_last_value_alone_in_the_link():
    run = stepped()
    for value in (0.9, 0.0, 0.8, 0.7):
        run.apply(changed(SMALL, rho=value))
    assert link_of(run)[1] == "11:rho=0.7"
    once = stepped()
    once.apply(changed(SMALL, rho=0.7))
    assert np.array_equal(once.view().record.W_hh, run.view().record.W_hh)
    assert once.view().record.rho == pytest.approx(0.7, rel=1e-12)


def test_a_radius_after_a_move_and_a_move_after_a_radius_are_in_the_link_in_their_order():
    for changes, text in ((({"moved": (0.9, 0.5)}, {"rho": 0.7}), "11:moved=0.9~0.5,11:rho=0.7"),
                          (({"rho": 0.7}, {"moved": (0.9, 0.5)}), "11:rho=0.7,11:moved=0.9~0.5"),
                          (({"rho": 0.7, "moved": (0.9, 0.5)},), "11:rho=0.7,11:moved=0.9~0.5"),
                          (({"moved": (0.9, 0.5)}, {"lr": 0.3}, {"rho": 0.7}),
                           "11:moved=0.9~0.5,11:rho=0.7,11:lr=0.3"),
                          (({"moved": (0.9, 0.5)}, {"moved": (0.9, 0.1 + 0.2j)}), "11:moved=0.9~0.1+0.2j"),
                          (({"moved": (0.9, 0.5)}, {"moved": ()}), "")):
        run = stepped()
        for values in changes:
            run.apply(changed(run.experiment, **values))
        assert link_of(run)[1] == text
        again = replayed_by_page(link_of(run))
        run.step()
        again.step()
        assert np.array_equal(again.view().weights, run.view().weights)


def test_an_eigenvalue_that_is_dragged_while_a_run_plays_is_the_same_run_elsewhere():
    """Several values come between two updates, and some updates between two values."""
    run = live(changed(SMALL, steps=4000), pace="max")
    run.play()
    wait_until(lambda: run.updates > 3)
    start = 0.8
    for drag in (1, 2):
        before = run.experiment.recurrence.moved
        for i in range(15):
            to = round(start - 0.02 * i, 4)
            run.apply(changed(run.experiment, moved=(*before, start, to)), drag)
        start = to
        run.apply(changed(run.experiment, rho=0.9 + 0.05 * drag))
    run.pause()
    texts, text, updates = link_of(run)
    assert text.count("moved=") > 2
    assert sum(mark.text.startswith("Eigenvalue") for mark in run.view().curves.marks) == 2
    again = replayed_by_page((texts, text, updates))
    run.step()
    again.step()
    assert same(curves(again), curves(run))
    assert np.array_equal(again.view().weights, run.view().weights)


def test_a_radius_passed_at_zero_does_not_take_the_weights_along():
    run = stepped()
    for value in (0.0, 0.9):
        run.apply(changed(SMALL, rho=value))
    assert run.view().record.rho == pytest.approx(0.9, rel=1e-12)


def test_what_has_no_effect_yet_is_in_the_link_and_what_never_has_one_is_not():
    """k1 does nothing where one loss stands at the end; spread does nothing for a Gaussian matrix."""
    run = stepped(changed(SMALL, shape="gaussian", truncation=True))
    run.apply(changed(run.experiment, truncation_k1=4, spread=0.5))
    run.step()
    assert run.view().curves.marks == ()
    assert link_of(run)[1] == "11:truncation_k1=4"
    assert replayed_by_page(link_of(run)).experiment.remedies == run.experiment.remedies


def test_a_radius_changed_again_after_a_rewind_to_its_change_is_the_last_alone():
    run = stepped()
    run.apply(changed(SMALL, rho=0.5))
    for _ in range(3):
        run.step()
    run.rewind(run.frame_at(11), changed(SMALL, rho=0.8))
    run.step()
    assert link_of(run)[1] == "11:rho=0.8"
    assert same(curves(replayed_by_page(link_of(run))), curves(run))


def test_what_was_changed_and_gone_back_behind_is_not_in_the_link():
    run = stepped()
    run.apply(changed(SMALL, lr=0.7))
    run.step()
    run.rewind(run.frame_at(5), SMALL)
    assert link_of(run)[1] == ""


def test_exploding_clipped_and_gone_on_from_an_update_is_the_same_run_elsewhere():
    """README's second minute: diverged, clipping turned on, and on from the update that the button names."""
    run = played(live(Experiment.from_values({**PRESETS["exploding"].values, "steps": 60})))
    assert run.state == "diverged"
    healthy = run.last_healthy()
    run.rewind(healthy, run.experiment.with_remedy(ClipNorm()))
    run.play(to=40)
    wait_until(lambda: run.state != "playing")
    texts, text, updates = link_of(run)
    assert (text, updates) == (f"{healthy.record.step}:clip_norm=true", 40)
    assert "clip_norm" not in texts
    again = replayed_by_page(link_of(run))
    assert same(curves(again), curves(run))
    assert again.view().curves.marks == run.view().curves.marks


def test_a_threshold_changed_mid_run_is_the_same_run_elsewhere():
    """README's third minute."""
    run = live(Experiment.from_values({**PRESETS["clip_saves"].values, "steps": 40}))
    run.play(to=15)
    wait_until(lambda: run.state != "playing")
    run.apply(changed(run.experiment, clip_norm_threshold=0.25))
    played(run)
    assert link_of(run)[1:] == ("16:clip_norm_threshold=0.25", 40)
    again = replayed_by_page(link_of(run))
    assert same(curves(again), curves(run))
    assert again.view().curves.marks == run.view().curves.marks


def test_a_link_goes_past_a_solved_task_to_its_update():
    values = {**PRESETS["critical"].values, "steps": 500}
    run = played(live(Experiment.from_values(values), until_solved=True))
    assert run.state == "solved"
    at = run.updates
    run.apply(changed(run.experiment, lr=0.002))
    for _ in range(5):
        run.step()
    again = replayed_by_page(link_of(run))
    assert again.updates == at + 5
    assert same(curves(again), curves(run))


def test_a_link_to_a_solved_run_is_solved():
    run = played(live(Experiment.from_values(PRESETS["critical"].values), until_solved=True))
    assert replayed_by_page(link_of(run)).state == "solved"


def test_a_change_of_something_else_while_a_link_is_made_again_takes_the_place_of_what_was_to_come():
    run = LiveRun(SMALL, UpdateSlot(), [Change(5, changed(SMALL, lr=0.2))])
    run.step()
    assert run.experiment == changed(SMALL, lr=0.2)
    assert run.apply(changed(SMALL, batch=7))
    assert run.experiment == changed(SMALL, batch=7)
    assert link_of(run)[1] == "2:batch=7"


# -- the text -------------------------------------------------------------------------------------------------------

def of(text, start=SMALL, last=100):
    return read(text, start, last)


def test_entries_of_one_update_act_together_and_a_setting_named_again_after_them():
    changes, problems = of("3:clip_norm=true,3:clip_norm_threshold=0.5,3:lr=0.2,9:rho=0.5,9:rho=1,9:lr=0.3")
    assert problems == []
    assert by_update(changes) == {
        3: [(first := changed(SMALL, clip_norm=True, clip_norm_threshold=0.5, lr=0.2))],
        9: [(second := changed(first, rho=0.5)), changed(second, rho=1.0, lr=0.3)]}


def test_the_numbers_of_a_list_stand_apart_by_a_tilde_and_a_radius_after_a_move_acts_after_it():
    changes, problems = of("3:moved=0.9~0.5+0.1j,3:rho=0.7,3:lr=0.2,5:moved=,7:moved=0.9~x,8:lr=0.1~0.2")
    assert [c.step for c in changes] == [3, 3, 5]
    assert changes[0].experiment == changed(SMALL, moved=(0.9, 0.5 + 0.1j))
    assert changes[1].experiment == changed(SMALL, moved=(0.9, 0.5 + 0.1j), rho=0.7, lr=0.2)
    assert changes[2].experiment == changed(SMALL, rho=0.7, lr=0.2)
    assert problems == ["at update 7: moved must be at most 60 numbers such as 1.2, 0.9, 0.5+0.5j with magnitudes up "
                        "to 100, got 0.9,x. It was ignored.",
                        "at update 8: lr must be a number from 1e-05 to 10, got 0.1~0.2. It was ignored."]


@pytest.mark.parametrize("seed", range(20))
def test_a_list_of_moves_is_spelled_by_what_is_new_in_it(seed):
    rng = random.Random(seed)
    moved, changes = (), []
    for step in range(2, 40):
        way = rng.choice(["more", "on", "on", "on", "anew", "none"])
        new = tuple(rng.choice(PLACES) for _ in range(2))
        moved = {"more": moved + new, "on": moved[:-1] + new[:1] if moved else new, "anew": new, "none": ()}[way]
        changes.append(Change(step, changed(SMALL, moved=moved)))
    kept = [change for change, before in zip(changes, [None, *changes], strict=False)
            if change.experiment != (before.experiment if before else SMALL)]
    assert of(spelled(SMALL, changes)) == (tuple(kept), [])


def test_each_way_to_go_on_from_a_list_of_moves():
    changes, problems = of("2:moved=0.9~0.5,3:moved=~0.7~0.2,4:moved=~-0.4,5:moved=0.1~0.3,6:moved=~,7:moved=~1~2~3")
    assert [change.experiment.recurrence.moved for change in changes] == [
        (0.9, 0.5), (0.9, 0.5, 0.7, 0.2), (0.9, 0.5, 0.7, -0.4), (0.1, 0.3), (0.1, 1, 2, 3)]
    assert problems == ["at update 6: moved changes nothing there. It was ignored."]
    changes, (line,) = of("2:moved=~0.5")
    assert changes == ()
    assert line == "at update 2: moved must be pairs of an eigenvalue and where it goes, got 1 numbers. It was ignored."


def test_two_long_drags_of_an_eigenvalue_fit_into_an_address():
    changes = [Change(2 + i, changed(SMALL, moved=(0.91, 0.01 * i + 0.25j) if i < 110 else
                                     (0.91, 1.09 + 0.25j, -0.52, -0.01 * i + 0.31j))) for i in range(220)]
    start = changed(SMALL, steps=400)
    text = spelled(start, [Change(c.step, changed(c.experiment, steps=400)) for c in changes])
    assert len(text) < LONGEST
    assert len(read(text, start, 400)[0]) == 220


def test_entries_may_come_in_any_order_and_act_in_that_of_updates():
    assert [change.step for change in of("30:lr=0.1,4:lr=0.2,17:lr=0.3")[0]] == [4, 17, 30]


def test_a_remedy_switched_off_and_on_has_its_defaults_again():
    start = changed(SMALL, clip_norm=True, clip_norm_threshold=0.5)
    changes, _ = of("3:clip_norm=false,5:clip_norm=true", start)
    assert [change.experiment.remedies for change in changes] == [(), (ClipNorm(),)]
    assert spelled(start, changes) == "3:clip_norm=false,5:clip_norm=true"


@pytest.mark.parametrize(("entry", "line"), [
    ("7:rho=nan", "at update 7: rho must be a number from 0 to 2, got nan. It was ignored."),
    ("7:batch=1.5", "at update 7: batch must be a whole number from 1 to 256, got 1.5. It was ignored."),
    ("7:n_hidden=4", "at must name what may change during a run, got 7:n_hidden=4. It was ignored."),
    ("7:colour=red", "at must name what may change during a run, got 7:colour=red. It was ignored."),
    ("0:lr=0.1", "at must name updates from 1 to 100, got 0:lr=0.1. It was ignored."),
    ("101:lr=0.1", "at must name updates from 1 to 100, got 101:lr=0.1. It was ignored."),
    ("7:lr=0.5", "at update 7: lr changes nothing there. It was ignored."),
    ("7:clip_norm_threshold=2", "at update 7: clip_norm_threshold changes nothing there. It was ignored."),
    ("7:clip_norm=false", "at update 7: clip_norm changes nothing there. It was ignored."),
    ("7:lr", "at must be changes such as 61:rho=1,61:steps=120, got 7:lr. It was ignored."),
    ("-7:lr=0.1", "at must be changes such as 61:rho=1,61:steps=120, got -7:lr=0.1. It was ignored."),
    ("<b>x</b>", "at must be changes such as 61:rho=1,61:steps=120, got <b>x</b>. It was ignored."),
    ("7:lr=" + "9" * 500, f"at update 7: lr must be a number from 1e-05 to 10, got {'9' * 39}…. It was ignored."),
])
def test_an_entry_that_is_not_usable_is_one_line_and_the_others_hold(entry, line):
    changes, problems = of(f"3:lr=0.5,{entry},9:batch=7")
    assert problems == [line]
    assert [(c.step, c.experiment) for c in changes] == [
        (3, changed(SMALL, lr=0.5)), (9, changed(SMALL, lr=0.5, batch=7))]


def test_changes_that_do_not_go_together_are_one_line_and_not_made():
    start = changed(SMALL, task="copy", seq_len=20)
    changes, (line,) = of("5:lr=0.2,7:seq_len=2", start)
    assert line.startswith("at update 7: seq_len must be a whole number from ")
    assert [change.step for change in changes] == [5]


@pytest.mark.parametrize("text", ["7:lr=0.1," * MOST + "7:lr=0.2", "7:lr=0.2" + "0" * LONGEST])
def test_a_text_beyond_its_limits_is_one_short_line_and_not_used(text):
    changes, (line,) = of(text)
    assert changes == ()
    assert line.startswith(f"at must be at most {MOST} changes")
    assert len(line) < 200


def test_many_bad_entries_are_a_few_lines():
    _, problems = of("x,y,z,7:lr=2,u,v")
    assert problems[3:] == ["2 more entries of at were not usable."]
    assert len(problems) == 4


def test_so_many_changes_that_no_address_holds_them_are_not_spelled():
    changes = [Change(step, changed(SMALL, lr=step * 0.001)) for step in range(2, MOST + 2)]
    assert spelled(SMALL, changes).count(":") == MOST
    assert spelled(SMALL, [*changes, Change(MOST + 2, changed(SMALL, lr=5.0))]) is None


def test_a_change_after_the_last_update_acts_only_where_it_allows_more():
    more, other = changed(SMALL, steps=60), changed(SMALL, lr=0.2)
    assert acting([Change(41, more)]) == (Change(41, more),)
    assert acting([Change(40, other), Change(41, other)]) == (Change(40, other),)


def test_a_change_at_the_first_update_is_where_the_run_begins():
    later = Change(4, changed(SMALL, lr=0.3))
    assert begun(SMALL, (Change(1, changed(SMALL, lr=0.2)), later)) == (changed(SMALL, lr=0.2), (later,))
    assert begun(SMALL, (later,)) == (SMALL, (later,))
