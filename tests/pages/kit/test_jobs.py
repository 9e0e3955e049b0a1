"""Work beside the page: one job of each name, asked anew for another question, and ended with its session."""

import threading
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from pages._kit.playing import jobs
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


def test_a_job_that_is_begun_takes_the_place_of_one_that_is_done_and_shows_what_that_found(mine):
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


class Shown(list):
    """What is put on the page, in order."""

    def __getattr__(self, kind):
        return lambda *args, **more: self.append((kind, *args, more) if more else (kind, *args))

    def container(self):
        return nullcontext()


def work(**more):
    return SimpleNamespace(**{"done": True, "share": 1.0, "error": None, "cancelled": False} | more)


@pytest.mark.parametrize(("state", "seen"), [
    (None, []), (work(done=False, share=0.256), [("progress", 0.256, {"text": "26%"})]),
    (work(done=False, share=0.997), [("progress", 0.997, {"text": "more than 99%"})]),
    (work(done=False, share=1.5), [("progress", 1.0, {"text": "150%"})]),
    (work(error=ValueError("no <b>")), [("warning", "no <b>", {"icon": ":material/error:"})]),
    (work(), [("caption", "It is done.")]), (work(cancelled=True), [("caption", "Given up.")])])
def test_a_line_says_how_far_a_job_is_what_it_refused_or_what_is_shown_of_it(state, seen, monkeypatch):
    found = Shown()
    monkeypatch.setattr(jobs, "st", found)
    jobs.show_state(state, ended="It is done.", cancelled="Given up.")
    assert found == seen


def test_words_take_the_place_of_the_share_and_where_there_are_none_nothing_is_said(monkeypatch):
    found = Shown()
    monkeypatch.setattr(jobs, "st", found)
    jobs.show_state(work(done=False, share=0.5), "12 of 24", ended="It is done.")
    jobs.show_state(work())
    jobs.show_state(work(cancelled=True), ended="It is done.")
    assert found == [("progress", 0.5, {"text": "12 of 24"})]


def test_the_button_that_gives_up_is_that_of_its_job(mine, monkeypatch):
    found, held = Shown(), threading.Event()
    monkeypatch.setattr(jobs, "st", found)
    jobs.cancel_button("cost", disabled=True)
    ((kind, label, more),) = found
    assert (kind, label, more["key"], more["icon"], more["disabled"]) == (
        "button", "Cancel", "cancel_cost", ":material/close:", True)
    one = jobs.begin("cost", pieces("a", "b", until=held))
    more["on_click"](*more["args"])
    assert one.cancelled
    held.set()


@pytest.mark.parametrize(("states", "every", "reruns"), [
    ((False, False), 0.1, 0), ((False, True), 0.1, 1), ((True, True), None, 0), (None, None, 0)])
def test_a_job_is_drawn_again_while_it_is_under_way_and_the_page_is_told_of_its_end(states, every, reruns, monkeypatch):
    """Whether it is done before, and when it is drawn."""
    seen, told = [], []

    class Work:
        @property
        def done(self):
            told.append(1)
            return states[min(len(told), 2) - 1]

    monkeypatch.setattr(jobs, "st", SimpleNamespace(
        fragment=lambda run_every: seen.append(run_every) or (lambda draw: draw), rerun=lambda: seen.append("rerun")))
    jobs.followed(None if states is None else Work(), lambda: seen.append("drawn"))
    assert seen == [every, "drawn", *["rerun"] * reruns]
