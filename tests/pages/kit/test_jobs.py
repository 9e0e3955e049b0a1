"""Work beside the page: one job of each name, asked anew for another question, and ended with its session."""

import threading

import pytest

from pages._kit import jobs
from tests.helpers.waiting import wait_until


@pytest.fixture
def mine(monkeypatch):
    found = jobs.Jobs()
    monkeypatch.setattr(jobs, "_jobs", lambda: found)
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


def test_the_same_question_is_the_same_job_under_way_and_done(mine):
    held = threading.Event()
    first = jobs.job("map", (1, "a"), pieces(1, 2, until=held))
    assert jobs.job("map", (1, "a"), never) is first
    assert jobs.job("map", (1, "a"), never, patient=True) is first
    held.set()
    wait_until(lambda: first.done)
    assert jobs.job("map", (1, "a"), never) is jobs.current("map") is first
    assert first.result == 2


def test_another_question_stops_the_work_on_the_last_one_and_shows_its_result_until_there_is_a_better_one(mine):
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


def test_patience_lets_the_work_under_way_come_to_its_end_and_asks_then(mine):
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
def test_a_job_that_was_cancelled_is_asked_anew_also_for_the_same(mine, patient):
    held = threading.Event()
    first = jobs.job("map", 1, pieces("a", "b", until=held))
    wait_until(lambda: first.result == "a")
    first.cancel()
    second = jobs.job("map", 1, pieces("c"), patient=patient)
    assert second is not first
    held.set()


def test_jobs_of_other_names_know_nothing_of_each_other(mine):
    held = threading.Event()
    one, other = jobs.job("map", 1, pieces("a", until=held)), jobs.job("cost", 1, pieces("b", until=held))
    assert one is not other
    assert (jobs.current("map"), jobs.current("cost"), jobs.current("none")) == (one, other, None)
    assert not one.cancelled
    held.set()


def test_a_session_that_ends_ends_all_its_work(mine):
    held = threading.Event()
    found = [jobs.job(name, 1, pieces("a", "b", until=held)) for name in ("map", "cost")]
    mine.end()
    assert [one.cancelled for one in found] == [True, True]
    held.set()
