"""Long work beside the pages: between two of its pieces others have the slot, and may look, pause and change."""

import threading

import numpy as np
import pytest

from core.live.job import Job
from core.live.slot import UpdateSlot
from core.training.trainer import Trainer
from tests.helpers.breaths import KINDS, Standing, breaths, given_up, short_pieces, some_of
from tests.helpers.live_runs import LONG, SMALL, changed, curves, live, played, reference, same
from tests.helpers.races import entrants, losses, race, trained
from tests.helpers.waiting import wait_until

WORK = {"plain": {}, "LSTM": {"lstm": True}, "chunks": KINDS["carried in chunks"],
        "Hessian-free": {"hessian_free": True}}


@pytest.fixture(autouse=True)
def _short_pieces(monkeypatch):
    short_pieces(monkeypatch)


def experiment(kind, **values):
    return changed(SMALL, **{"steps": 6, **WORK[kind], **values})


def standing(kind, made=2, at=0, **values):
    """A run that plays and stands in the midst of the update after so many, at a breath of it; and its slot."""
    slot = Standing()
    run = live(experiment(kind, **values), slot=slot)
    if made:
        run.play(to=made)
        wait_until(lambda: run.settled)
    slot.stand(at)
    run.play()
    return run, slot


def many(kind):
    """Breaths of the third update."""
    trainer = Trainer(experiment(kind), full=True)
    trainer.update(), trainer.update()
    return breaths(trainer.update)


def seen(view):
    return (view.record.step, view.record.loss, len(view.curves.step), np.asarray(view.jacobians).tobytes(),
            view.weights.tobytes(), view.experiment)


@pytest.mark.parametrize("kind", WORK)
def test_a_pause_in_the_midst_of_an_update_gives_it_up_and_to_go_on_makes_it_again(kind):
    expected = reference(experiment(kind))
    for at in some_of(many(kind), seed=1, most=3):
        run, slot = standing(kind, at=at - 1)
        with slot.still():
            run.pause()
            assert (run.state, run.updates, run.deed) == ("paused", 2, "go on")
        wait_until(lambda run=run: run.settled)
        assert run.updates == 2
        assert same(curves(played(run)), expected)


@pytest.mark.parametrize("kind", WORK)
def test_in_the_midst_of_an_update_the_run_is_seen_as_it_was_before_it(kind):
    still = live(experiment(kind))
    still.play(to=2)
    wait_until(lambda: still.settled)
    expected = seen(still.view())
    run, slot = standing(kind, at=many(kind) // 2)
    with slot.still():
        assert (seen(run.view()), run.view().state) == (expected, "playing")
        assert run.frame_steps() == still.frame_steps()
        run.suspend()
    wait_until(lambda: run.settled)
    assert (seen(run.view()), run.view().state, run.deed) == (expected, "suspended", "resume")
    assert same(curves(played(run)), reference(experiment(kind)))
    assert seen(run.view())[0] == 6


def test_a_picture_at_rest_is_of_as_many_sequences_though_an_update_was_given_up(monkeypatch):
    monkeypatch.setattr("core.live.view.SEQUENCES", 1)
    monkeypatch.setattr("core.live.view.MOST_WORK", {True: 0, False: 2**20})
    run, slot = standing("plain")
    with slot.still():
        assert run.view().jacobians.samples == 1
        run.pause()
    assert run.view().jacobians.samples == SMALL.task.batch


def test_another_has_the_slot_in_the_midst_of_an_update():
    run, slot = standing("LSTM", at=7)
    other = live(slot=slot)
    with slot.still():
        with slot.promptly():
            assert run.state == "playing"
        other.step()
        assert (other.updates, run.updates) == (1, 2)
    wait_until(lambda: run.settled)
    assert same(curves(run), reference(experiment("LSTM")))


@pytest.mark.parametrize("kind", ["plain", "LSTM", "chunks"])
def test_settings_that_change_in_the_midst_of_an_update_act_on_that_update(kind):
    after = experiment(kind, lr=0.02, clip_norm=True, clip_norm_threshold=0.5, seq_len=7)
    run, slot = standing(kind, at=many(kind) // 2)
    with slot.still():
        assert run.apply(after)
        assert (run.experiment, run.updates, run.state) == (after, 2, "playing")
    wait_until(lambda: run.settled)
    assert same(curves(run), reference(experiment(kind), after=2, then=after))
    assert [mark.step for mark in run.view().curves.marks] == [3]


def test_another_network_takes_the_place_of_one_in_the_midst_of_an_update():
    other = experiment("Hessian-free", n_hidden=6)
    run, slot = standing("Hessian-free", at=50)
    with slot.still():
        assert not run.apply(other)
    wait_until(lambda: run.settled)
    assert same(curves(run), reference(other))


def test_another_network_before_the_first_update_is_made_plays_on():
    other = experiment("plain", n_hidden=6)
    run, slot = standing("plain", made=0, at=5)
    with slot.still():
        assert run.apply(other)
        assert run.state == "playing"
    wait_until(lambda: run.settled)
    assert same(curves(run), reference(other))


@pytest.mark.parametrize("kind", ["plain", "Hessian-free"])
def test_reset_and_rewind_and_a_step_in_the_midst_of_an_update(kind):
    expected = reference(experiment(kind))
    run, slot = standing(kind, at=12)
    with slot.still():
        run.reset()
        assert (run.state, run.updates) == ("ready", 0)
    assert same(curves(played(run)), expected)
    run, slot = standing(kind, at=12)
    with slot.still():
        run.rewind(run.frame_at(2))
        assert (run.state, run.updates) == ("paused", 1)
    assert same(curves(played(run)), expected)
    run, slot = standing(kind, at=12)
    with slot.still():
        run.pause()
    run.step(None)
    assert (run.state, run.updates) == ("paused", 3)
    assert same(curves(played(run)), expected)


def test_what_is_previewed_at_rest_gives_way_to_play():
    run, after = played(live(experiment("LSTM"), slot=Standing())), experiment("LSTM", lr=0.02, steps=9)
    slot, before = run._slot, seen(run.view())
    slot.stand(9)
    changing = threading.Thread(target=lambda: run.apply(after))
    changing.start()
    with slot.still():
        assert seen(run.view())[:2] == before[:2]
        run.play()
        wait_until(lambda: run.settled)
    changing.join(60)
    assert (run.state, run.updates) == ("finished", 9)
    assert same(curves(run), reference(experiment("LSTM"), after=6, then=after))


def test_what_a_hand_tries_gives_way_to_what_is_meant():
    run = played(live(experiment("plain"), slot=Standing()))
    slot, tried = run._slot, []
    slot.stand(5)
    trying = threading.Thread(target=lambda: tried.append(run.as_if(experiment("plain", seq_len=7))))
    trying.start()
    with slot.still():
        meant, asked = threading.Thread(target=lambda: run.apply(experiment("plain", seq_len=8))), run._asked
        meant.start()
        wait_until(lambda: run._asked is not asked)
    for thread in (trying, meant):
        thread.join(60)
    assert (tried, run.experiment.task.seq_len) == ([run], 8)


def test_a_network_that_nobody_waits_for_any_more_is_not_begun():
    run = played(live(experiment("plain"), slot=Standing()))
    slot, before = run._slot, run.experiment
    slot.stand(5)
    asking = threading.Thread(target=lambda: run.apply(experiment("plain", n_hidden=6)))
    asking.start()
    with slot.still():
        run.suspend()
    asking.join(60)
    assert (run.experiment, run.updates) == (before, 6)
    run.apply(experiment("plain", n_hidden=6))
    assert (run.experiment.recurrence.n_hidden, run.state) == (6, "ready")


def test_an_update_that_takes_no_longer_than_a_piece_lets_nobody_in(monkeypatch):
    monkeypatch.setattr("core.live.trajectory.LONG", 60.0)
    slot = Standing()
    run = played(live(experiment("plain"), slot=slot))
    assert (slot.taken, run.updates) == (0, 6)


# -- a job, a race -------------------------------------------------------------------------------------------------


def test_a_job_is_given_up_in_the_midst_of_a_piece():
    slot, trainer, made = Standing(), Trainer(experiment("LSTM")), []

    def pieces():
        for share in (0.5, 1.0):
            made.append(trainer.update().step)
            yield share, share

    slot.stand(breaths(Trainer(experiment("LSTM")).update) + 8)
    work = Job(pieces(), slot=slot)
    with slot.still():
        assert (work.done, work.result) == (False, 0.5)
        with slot.promptly():
            work.cancel()
    assert work.wait(60)
    assert (work.result, work.cancelled, work.error, made, slot._busy) == (0.5, True, None, [1], False)


@pytest.mark.parametrize("seeds", [(3,), (0, 1, 2)])
@pytest.mark.parametrize("lanes", ["lstm", "hessian_free"])
def test_a_pause_in_the_midst_of_a_race_gives_the_update_up_and_to_go_on_makes_it_again(lanes, seeds):
    base = changed(SMALL, steps=5)
    for at in (3, 60, 101):
        made = race(base, lanes=lanes, seeds=seeds)
        slot = made._slot = Standing()
        made.play(to=2)
        wait_until(lambda made=made: made.settled)
        slot.stand(at)
        made.play()
        with slot.still():
            before = [one.updates for one in made.view().lanes]
            made.pause()
            assert made.state == "paused"
        wait_until(lambda made=made: made.settled)
        assert [one.updates for one in made.view().lanes] == before
        made.play()
        wait_until(lambda made=made: made.settled)
        assert {one.updates for one in made.view().lanes} == {5}
        if len(seeds) == 1:
            for lane in made._lanes:
                assert losses(made, lane.slot) == [one.loss for one in trained(lane.experiment, 3, 5)]
        other = race(base, lanes=lanes, seeds=seeds)
        other.play()
        wait_until(lambda other=other: other.settled)
        assert [losses(made, slot) for slot in (0, 1)] == [losses(other, slot) for slot in (0, 1)]


@pytest.mark.parametrize(("seeds", "lanes"), [((3,), "lstm"), ((0, 1, 2), "lstm"), ((0, 1), "hessian_free")])
def test_of_a_lane_in_the_midst_of_an_update_the_reach_is_what_it_was(seeds, lanes):
    lane, other = (race(lanes=lanes, seeds=seeds)._lanes[1] for _ in range(2))
    for one in (lane, other):
        one.take(one.advance())
    before = lane.reach(5)
    lane.take_reach(before)
    assert given_up(lane.advance, breaths(other.advance) * 3 // 4)  # in its own update, not in the one that is clocked
    assert lane.reach(96) is before
    lane.take(lane.advance())
    assert len(lane.reach(96).lags) == 10


def test_a_lane_whose_settings_change_in_the_midst_of_its_update_begins_anew():
    made = race(changed(SMALL, steps=5), lanes="lstm", seeds=(3,))
    slot = made._slot = Standing()
    slot.stand(70)
    made.play()
    with slot.still():
        made.apply(entrants(changed(SMALL, steps=5, lr=0.2), "lstm"), (3,), False)
    wait_until(lambda: made.settled)
    for lane in made._lanes:
        assert losses(made, lane.slot) == [one.loss for one in trained(lane.experiment, 3, 5)]


def test_a_slot_lets_the_first_who_waits_in_and_comes_back_after_those():
    slot, order, threads = UpdateSlot(), [], []

    def take(name):
        with slot:
            order.append(name)

    with slot, slot.in_pieces():
        for name in ("first", "second"):
            threads.append(threading.Thread(target=take, args=(name,)))
            threads[-1].start()
            wait_until(lambda name=name: len(slot._waiting) == len(threads))
        Trainer(LONG).update()
        order.append("long")
    for thread in threads:
        thread.join(60)
    assert order == ["first", "second", "long"]
