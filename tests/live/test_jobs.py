"""Work beside the page: one job of each name, asked anew for another question, and ended with its session."""

import threading

import pytest

from core.live import job
from core.live.jobs import Jobs
from tests.helpers.waiting import wait_until


@pytest.fixture
def jobs():
    found = Jobs()
    yield found
    found.end()


def pieces(*results, until=None):
    """What a job does: a piece for each result, the first of them at once and the others when they may."""
    def work():
        for number, result in enumerate(results, start=1):
            yield number / len(results), result
            if until is not None:
                until.wait(60)
    return work


def never():
    raise AssertionError("begun")


def test_the_same_question_is_the_same_job_under_way_and_done(jobs):
    held = threading.Event()
    first = jobs.job("map", (1, "a"), pieces(1, 2, until=held))
    assert jobs.job("map", (1, "a"), never) is first
    assert jobs.job("map", (1, "a"), never, patient=True) is first
    held.set()
    wait_until(lambda: first.done)
    assert jobs.job("map", (1, "a"), never) is jobs.current("map") is first
    assert first.result == 2


def test_another_question_stops_the_work_on_the_last_one_and_shows_its_result_until_there_is_a_better_one(jobs):
    held, later = threading.Event(), threading.Event()
    first = jobs.job("map", 1, pieces("old", "older", until=held))
    wait_until(lambda: first.result == "old")
    second = jobs.job("map", 2, pieces(None, "new", until=later))
    assert second is not first
    assert (first.cancelled, second.cancelled) == (True, False)
    assert (second.result, second.answer) == ("old", None)
    assert jobs.current("map") is second
    held.set()
    later.set()
    wait_until(lambda: second.done)
    assert (second.result, second.answer) == ("new", "new")


def test_patience_lets_the_work_under_way_come_to_its_end_and_asks_then(jobs):
    held = threading.Event()
    first = jobs.job("map", 1, pieces("a", "b", until=held))
    assert jobs.job("map", 2, never, patient=True) is first
    assert not first.cancelled
    held.set()
    wait_until(lambda: first.done)
    second = jobs.job("map", 2, pieces("c"), patient=True)
    assert second is not first
    wait_until(lambda: second.done)
    assert second.result == "c"


@pytest.mark.parametrize("patient", [False, True])
def test_a_job_that_was_cancelled_is_asked_anew_also_for_the_same(jobs, patient):
    held = threading.Event()
    first = jobs.job("map", 1, pieces("a", "b", until=held))
    wait_until(lambda: first.result == "a")
    first.cancel()
    second = jobs.job("map", 1, pieces("c"), patient=patient)
    assert second is not first
    held.set()


def test_jobs_of_other_names_know_nothing_of_each_other(jobs):
    held = threading.Event()
    one, other = jobs.job("map", 1, pieces("a", until=held)), jobs.job("cost", 1, pieces("b", until=held))
    assert one is not other
    assert (jobs.current("map"), jobs.current("cost"), jobs.current("none")) == (one, other, None)
    assert not one.cancelled
    held.set()


def test_a_session_that_ends_ends_all_its_work(jobs):
    held = threading.Event()
    found = [jobs.job(name, 1, pieces("a", "b", until=held)) for name in ("map", "cost")]
    jobs.end()
    assert [one.cancelled for one in found] == [True, True]
    held.set()


def test_a_job_that_is_begun_takes_the_place_of_one_that_is_done_and_shows_what_that_found(jobs):
    first = jobs.begin("cost", pieces("old"), asked=1)
    wait_until(lambda: first.done)
    held = threading.Event()
    second = jobs.begin("cost", pieces(None, "new", until=held))
    assert (second.result, first.cancelled) == ("old", False)
    assert jobs.job("cost", None, never) is second
    jobs.cancel("cost")
    assert second.cancelled
    jobs.cancel("nothing of this name")
    held.set()


def test_it_is_known_whether_work_of_some_names_is_under_way(jobs):
    held = threading.Event()
    assert not jobs.working("map", "cost")
    done, under_way = jobs.begin("map", pieces("a")), jobs.begin("cost", pieces("b", until=held))
    wait_until(lambda: done.done)
    assert [jobs.working("map"), jobs.working("cost"), jobs.working("map", "cost"), jobs.working()] == [
        False, True, True, False]
    held.set()
    wait_until(lambda: under_way.done)
    assert not jobs.working("cost")


def test_the_bell_rings_for_the_question_for_every_turn_and_for_the_end(jobs, monkeypatch):
    """At each ring what is new is already there to be seen; the last one finds the work done."""
    monkeypatch.setattr(job, "TURN", 0.0)
    seen = []
    jobs.news.listen(lambda: seen.append(jobs.current("map") is not None and jobs.current("map").done))
    turns = [threading.Event(), threading.Event()]

    def work():
        for number, turn in enumerate(turns, start=1):
            turn.wait(60)
            yield number / 2, number

    asked = jobs.job("map", 1, work)
    assert seen
    for turn, share in zip(turns, (0.5, 1.0), strict=True):
        before = len(seen)
        turn.set()
        wait_until(lambda share=share, before=before: asked.share == share and len(seen) > before)
    wait_until(lambda: seen[-1])
    before = len(seen)
    assert jobs.job("map", 1, never) is asked
    assert len(seen) == before  # the same question is no news


@pytest.mark.parametrize("ended", ["cancelled", "refused"])
def test_the_bell_rings_when_work_is_given_up_or_refuses(jobs, ended):
    held, rung = threading.Event(), threading.Event()

    def work():
        yield 0.5, "half"
        held.wait(60)
        if ended == "refused":
            raise ValueError("no")
        yield 1.0, "all"

    begun = jobs.begin("map", work)
    wait_until(lambda: begun.result == "half")
    jobs.news.listen(lambda: begun.done and rung.set())
    if ended == "cancelled":
        jobs.cancel("map")
    held.set()
    assert rung.wait(60)
    assert (begun.cancelled, begun.error is not None) == (ended == "cancelled", ended == "refused")


def test_what_is_asked_for_after_the_end_is_given_up_at_its_first_piece():
    made, jobs = [], Jobs()
    jobs.end()

    def work():
        for piece in range(10**6):
            made.append(piece)
            yield piece / 10**6, None

    late = jobs.job("map", 1, work)
    assert late.wait(60)
    assert late.cancelled
    assert len(made) < 10**6
