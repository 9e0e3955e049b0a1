"""Work beside the page: in pieces, each in the update slot; progress, result, error, and an end on demand."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest

import core.live.job
from core.live.job import Job
from core.live.slot import UpdateSlot
from core.parameters import ParameterError
from core.plotting.thinning import evenly
from core.topics.jacobians.map import jacobian_map, map_pieces
from tests.helpers.waiting import wait_until
from tests.topics.jacobians.test_jacobian_map import jacobians


class Steps:
    """Pieces that wait to be let go, one by one."""

    def __init__(self, *pieces):
        self.pieces, self.begun, self.gate = pieces, 0, threading.Semaphore(0)

    def __iter__(self):
        for piece in self.pieces:
            self.begun += 1
            assert self.gate.acquire(timeout=60)
            yield piece

    def let_go(self, count=1):
        self.gate.release(count)


def job(*pieces, **more):
    steps = Steps(*pieces)
    return steps, Job(iter(steps), slot=UpdateSlot(), **more)


def test_progress_and_the_latest_result_can_be_read_between_the_pieces():
    steps, work = job((0.2, None), (0.5, "quick"), (0.8, None), (1.0, "exact"))
    for begun, (share, result) in enumerate([(0.2, None), (0.5, "quick"), (0.8, "quick")], start=2):
        steps.let_go()
        wait_until(lambda begun=begun: steps.begun == begun)
        assert (work.share, work.result, work.done) == (share, result, False)
    steps.let_go()
    assert work.wait(60)
    assert (work.share, work.result, work.done) == (1.0, "exact", True)
    assert (work.cancelled, work.error) == (False, None)


def test_before_the_first_result_there_is_the_one_it_was_given():
    steps, work = job((0.5, None), (1.0, "new"), result="old")
    assert (work.share, work.result, work.answer, work.done) == (0.0, "old", None, False)
    steps.let_go(2)
    assert work.wait(60)
    assert (work.result, work.answer) == ("new", "new")


def test_a_piece_without_a_result_leaves_the_last_one():
    steps, work = job((0.5, "first"), (1.0, None))
    steps.let_go(2)
    assert work.wait(60)
    assert (work.share, work.result) == (1.0, "first")


@pytest.mark.parametrize("error", [ParameterError("length must be at most 3, got 4."), ValueError("no")])
def test_what_the_work_refuses_is_its_error_and_the_last_result_stays(error):
    def pieces():
        yield 0.5, "half"
        raise error

    work = Job(pieces(), slot=UpdateSlot())
    assert work.wait(60)
    assert (work.error, work.result, work.cancelled) == (error, "half", False)


def test_a_cancelled_job_stops_after_its_piece_and_keeps_what_it_has():
    steps, work = job(*[(i / 10, i) for i in range(1, 11)])
    steps.let_go(3)
    wait_until(lambda: steps.begun == 4)
    work.cancel()
    steps.let_go(7)
    assert work.wait(60)
    assert (steps.begun, work.result, work.cancelled, work.done) == (4, 4, True, True)


def test_a_job_cancelled_before_its_first_piece_ends_has_no_more():
    steps, work = job((0.5, "one"), (1.0, "two"))
    wait_until(lambda: steps.begun == 1)
    work.cancel()
    steps.let_go(2)
    assert work.wait(60)
    assert (steps.begun, work.result) == (1, "one")


def test_a_job_that_is_done_cannot_be_cancelled():
    work = Job(iter([(1.0, "all")]), slot=UpdateSlot())
    assert work.wait(60)
    work.cancel()
    assert (work.cancelled, work.result) == (False, "all")


def test_every_piece_runs_in_the_slot_and_nothing_between_them_does():
    slot, inside = UpdateSlot(), []

    def pieces():
        for i in range(3):
            inside.append(slot._busy)
            yield i / 3, None

    with slot:
        work = Job(pieces(), slot=slot)
        assert not work.wait(0.05)
        assert inside == []  # it waits in line
    assert work.wait(60)
    assert inside == [True] * 3
    assert not slot._busy


def test_pieces_share_a_turn_as_long_as_there_is_time(monkeypatch):
    """By a clock that goes on by 4 ms with every piece: a turn of 15 ms has four of them."""
    now, turns, slot = [0.0], [], UpdateSlot()
    monkeypatch.setattr(core.live.job, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    taken = slot._take
    monkeypatch.setattr(slot, "_take", lambda: (taken(), turns.append(0)))

    def pieces():
        for i in range(10):
            turns[-1] += 1
            now[0] += 0.004
            yield i / 10, i

    work = Job(pieces(), slot=slot)
    assert work.wait(60)
    assert (turns, work.result, work.share) == ([4, 4, 2], 9, 0.9)


def test_two_jobs_take_turns(monkeypatch):
    monkeypatch.setattr(core.live.job, "TURN", 0.0)
    slot, order = UpdateSlot(), []

    def pieces(name):
        for i in range(20):
            order.append(name)
            wait_until(lambda i=i: len(slot._waiting) > 0 or i > 15)
            yield i / 20, None

    with slot:
        jobs = [Job(pieces(name), slot=slot) for name in "ab"]
        wait_until(lambda: len(slot._waiting) == 2)
    for work in jobs:
        assert work.wait(60)
    assert order[:20] == ["a", "b"] * 10 or order[:20] == ["b", "a"] * 10


def test_an_error_gives_the_slot_back():
    slot = UpdateSlot()

    def pieces():
        raise ValueError("at once")
        yield

    assert Job(pieces(), slot=slot).wait(60)
    assert not slot._busy


def test_a_wait_ends_when_its_time_is_over():
    steps, work = job((1.0, "late"))
    assert work.wait(0.01) is False
    steps.let_go()
    assert work.wait(60) is True


def test_a_map_comes_out_of_a_job_as_it_does_without_one():
    J = jacobians(2)
    work = Job(map_pieces(J, evenly(0, 30, 9)), slot=UpdateSlot())
    assert work.wait(60)
    assert work.error is None
    assert np.array_equal(work.result.log10_norm, jacobian_map(J, evenly(0, 30, 9)).log10_norm, equal_nan=True)


def test_a_first_result_can_be_waited_for_while_the_rest_is_under_way():
    let_go = threading.Event()

    def pieces():
        yield 0.5, "quick"
        assert let_go.wait(60)
        yield 1.0, "exact"

    work = Job(pieces(), slot=UpdateSlot())
    assert work.wait_for_a_result(60)
    assert (work.result, work.done) == ("quick", False)
    let_go.set()
    assert work.wait(60)
    assert work.result == "exact"


def test_work_that_ends_without_a_result_keeps_nobody_waiting():
    assert Job(iter(()), slot=UpdateSlot()).wait_for_a_result(60)


def test_work_under_way_does_not_keep_the_server_from_ending():
    steps, _ = job((1.0, None))
    wait_until(lambda: steps.begun == 1)
    assert {thread.daemon for thread in threading.enumerate() if thread.name == "job"} == {True}
    steps.let_go()
