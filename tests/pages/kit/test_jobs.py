"""Work beside the page, as it is seen and given up."""

import threading
from types import SimpleNamespace

import pytest

from core.live.jobs import Jobs
from pages._kit.playing import jobs


class Shown(list):
    """What is put on the page, in order."""

    def __getattr__(self, kind):
        return lambda *args, **more: self.append((kind, *args, more) if more else (kind, *args))


def work(**more):
    return SimpleNamespace(**{"done": True, "share": 1.0, "error": None, "cancelled": False} | more)


def bar(words, share):
    return f'<label class="progress">{words}<progress max="1" value="{share}"></progress></label>'


@pytest.mark.parametrize(("state", "seen"), [
    (None, ""), (work(done=False, share=0.256), bar("26%", "0.256")),
    (work(done=False, share=0.997), bar("more than 99%", "0.997")),
    (work(done=False, share=1.5), bar("150%", "1.0")),
    (work(error=ValueError("no <b>")), '<p class="refusal" role="alert">no &lt;b&gt;</p>'),
    (work(), '<p class="small">It is done.</p>'), (work(cancelled=True), '<p class="small">Given up.</p>')])
def test_a_line_says_how_far_a_job_is_what_it_refused_or_what_is_shown_of_it(state, seen):
    assert jobs.state_cell(state, ended="It is done.", cancelled="Given up.").html == seen


def test_words_take_the_place_of_the_share_and_where_there_are_none_nothing_is_said():
    said = jobs.state_cell(work(done=False, share=0.5), "12 < 24", ended="It is done.")
    assert said.html == bar("12 &lt; 24", "0.5")
    assert jobs.state_cell(work()).html == ""
    assert jobs.state_cell(work(cancelled=True), ended="It is done.").html == ""


def test_the_button_that_gives_up_is_that_of_its_job(monkeypatch):
    found, mine, held = Shown(), Jobs(), threading.Event()
    monkeypatch.setattr(jobs, "st", found)
    monkeypatch.setattr(jobs, "jobs", lambda: mine)
    jobs.cancel_button("cost", disabled=True)
    ((kind, label, more),) = found
    assert (kind, label, more["key"], more["icon"], more["disabled"]) == (
        "button", "Cancel", "cancel_cost", ":material/close:", True)

    def work():
        yield 0.5, "half"
        held.wait(60)
        yield 1.0, "all"

    one = mine.begin("cost", work)
    more["on_click"](*more["args"])
    assert one.cancelled
    held.set()
