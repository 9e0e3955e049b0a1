"""What a browser is told of a run with each frame: a link that makes it again, the same to the last bit."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.live.run import LiveRun
from pages._kit.link import again as module
from pages._kit.link.again import Again
from pages._kit.link.settings import Settings
from pages._live.stage import Made
from tests.helpers.live_runs import SMALL, changed, stepped
from tests.helpers.waiting import wait_until

NOW = {"pace": "5", "lr": "0.25"}  # of a page: how it is watched, and a setting that was changed meanwhile


def made_by(link: str) -> LiveRun:
    """The run that a session opens with which is given this address."""
    told = Settings(dict(parse_qsl(link)))
    assert told.problems == []
    run = LiveRun(told.start, changes=told.changes)
    run.play(to=told.updates, past_solved=True)
    wait_until(lambda: run.settled)
    return run


def test_a_run_without_updates_needs_no_link():
    assert Again(stepped(SMALL, 0), NOW).made() == Made("run", 0)


def test_its_link_makes_the_same_run_again_with_the_changes_made_during_it():
    run = stepped(SMALL, 4)
    told = Again(run, NOW)
    assert told.made().link == f"{module.as_query(SMALL.spelled() | {'pace': '5'})}&updates=4"
    run.apply(changed(SMALL, lr=0.25))
    run.step()
    run.step()
    made = Again(run, NOW).made()
    assert (made.what, made.updates) == ("run", 6)
    assert "&at=5:lr=0.25&updates=6" in made.link
    other = made_by(made.link)
    assert other.updates == 6
    np.testing.assert_array_equal(other.view().curves.loss, run.view().curves.loss)


def test_a_run_of_the_defaults_has_a_link_as_well():
    assert Again(stepped(Settings({}).start, 1), {}).made().link == "updates=1"


def test_while_a_hand_changes_it_updates_and_link_stay_together(monkeypatch):
    """The link is spelled a few times a second; until then a browser is told of the run as it was."""
    time = [10.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: time[0])
    run = stepped(SMALL, 2)
    told = Again(run, NOW)
    before = told.made()
    run.step()
    assert told.made() == Made("run", 3, before.link.replace("updates=2", "updates=3"))
    run.apply(changed(SMALL, lr=0.25))
    run.step()
    time[0] += 0.9 * module.OFTEN
    assert told.made().updates == 3
    time[0] += 0.2 * module.OFTEN
    assert (told.made().updates, "at=4:lr=0.25" in told.made().link) == (4, True)


def test_more_changes_than_an_address_holds_have_no_link(monkeypatch):
    monkeypatch.setattr(module, "changes_spelled", lambda start, changes: None)
    run = stepped(SMALL, 2)
    assert Again(run, NOW).made() == Made("run", 2, None)


@pytest.mark.parametrize("told", [{"eigenvalues": "0.5+0.5j,0.5-0.5j", "word": "a b&c"}])
def test_what_an_address_means_by_signs_of_its_own_is_written_otherwise(told):
    assert dict(parse_qsl(module.as_query(told))) == told
