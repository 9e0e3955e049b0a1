"""The threshold adviser by itself: what is said while it searches, what it proposes, what each button does."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.topics.truncation.view import TruncationView
from pages._parts.truncation import adviser
from tests.helpers.live_runs import SMALL, stepped
from tests.helpers.shown import stood_in


@pytest.fixture
def page(monkeypatch):
    return stood_in(monkeypatch, adviser)


RERUNS = (Rerun(np.inf, 3, "loss is nan", np.nan, 9.0, 1.0), Rerun(100.0, 12, None, 4.0, 9.0, 1.0),
          Rerun(2.0, 12, None, 0.5, 9.0, 1.0))
FOUND = ThresholdSearch(12, 1.25, RERUNS)


def advised(monkeypatch, page, *, work=None, run=None, view=None, look=TruncationView(), values=None, taken=None):
    run = run or stepped(SMALL, 4)
    view = view or run.view()
    own = SimpleNamespace(spec=lambda kind: (look, None))
    settings = SimpleNamespace(values=values or {"clip_norm": False}, took=[])
    settings.take = lambda *of: settings.took.append(of)
    monkeypatch.setattr(adviser, "current", {"thresholds": work}.get)
    monkeypatch.setattr(adviser, "settings", lambda: settings)
    store = adviser.Taken(taken)
    monkeypatch.setattr(adviser, "session", lambda kind: store)
    monkeypatch.setattr(adviser, "control", lambda name, own: page.shown.append(name))
    monkeypatch.setattr(adviser, "threshold_verdict", lambda *of: of)
    monkeypatch.setattr(adviser, "threshold_histogram", lambda *of: of)
    monkeypatch.setattr(adviser, "thresholds_tried", lambda *of: of)
    adviser.show_adviser(run, view, own)
    return settings, store


@pytest.mark.parametrize(("made", "words"), [((), "25%, 0 runs made"), (RERUNS[:1], "25%, 1 run made"),
                                             (RERUNS, "25%, 3 runs made")])
def test_a_search_says_how_far_it_is_and_how_many_runs_it_has_made(monkeypatch, page, made, words):
    work = SimpleNamespace(result=replace(FOUND, reruns=made), share=0.25, done=False)
    advised(monkeypatch, page, work=work)
    assert (work, words, {"cancelled": "Cancelled: what is drawn was tried before."}) in page.shown
    assert ("thresholds", False) in page.shown
    work.result, work.done = None, True
    page.shown.clear()
    advised(monkeypatch, page, work=work)
    assert (work, "25%, 0 runs made", {"cancelled": "Cancelled: what is drawn was tried before."}) in page.shown
    assert ("thresholds", True) in page.shown
    assert ("thresholds_tried", (None,)) in page.shown
    page.shown.clear()
    advised(monkeypatch, page)
    assert (None, "", {"cancelled": "Cancelled: what is drawn was tried before."}) in page.shown
    assert ("thresholds", True) in page.shown


def test_what_a_search_found_can_be_used_and_is_taken_over(monkeypatch, page):
    work = SimpleNamespace(result=FOUND, share=1.0, done=True)
    settings, store = advised(monkeypatch, page, work=work)
    labels = {key: button.label for key, button in page.buttons.items() if key.startswith("use")}
    assert labels.pop("use_proposed").startswith("Use this one: proposed, θ = ")
    assert labels == {"use_highest_finite": "Use this one: highest finite, θ = 100",
                      "use_highest_that_ends_at_chance_or_better":
                          "Use this one: highest that ends at chance or better, θ = 2"}
    page.buttons["use_highest_that_ends_at_chance_or_better"].click()
    assert (settings.took, store.threshold) == ([("clip_norm_threshold", 2.0), ("clip_norm", True)], 2.0)
    page.buttons.clear()
    same = replace(FOUND, reruns=(RERUNS[0], RERUNS[2]))  # the highest finite one is sound
    advised(monkeypatch, page, work=SimpleNamespace(result=same, share=1.0, done=True))
    assert "use_highest_finite" in page.buttons
    assert "use_highest_that_ends_at_chance_or_better" not in page.buttons
    page.buttons.clear()
    needless = replace(FOUND, reruns=(replace(RERUNS[0], stopped=None, loss=9.0), RERUNS[2]))  # ruined without a clip
    advised(monkeypatch, page, work=SimpleNamespace(result=needless, share=1.0, done=True))
    assert ("use_highest_finite" in page.buttons, "use_highest_that_ends_at_chance_or_better" in page.buttons) == (
        False, True)


def test_before_there_is_a_run_one_can_be_recorded(monkeypatch, page):
    run, played = stepped(SMALL, 0), []
    monkeypatch.setattr(run, "play", lambda to: played.append(to))
    advised(monkeypatch, page, run=run, look=TruncationView(reruns=1250))
    assert (page.buttons["record"].label, page.buttons["record"].disabled) == ("Record 1,250 updates here", False)
    page.buttons["record"].click()
    assert played == [1250]
    assert (page.buttons["use_proposed"].label, page.buttons["use_proposed"].disabled) == ("Use this one", True)
    run.state = "diverged"
    advised(monkeypatch, page, run=run, view=run.view())
    assert page.buttons["record"].disabled
    page.buttons.clear()
    advised(monkeypatch, page)
    assert "record" not in page.buttons


def norms_of(*values):
    return SimpleNamespace(curves=SimpleNamespace(grad_norm=np.array(values)), state="paused", experiment=SMALL)


ALLOWED = "A threshold must be a number from 0.0001 to 10000."


@pytest.mark.parametrize(("norms", "centre", "words"), [
    ((1.0, 1.0, 1e9), "mean", f"{ALLOWED} This one would be 10^8.5. Start from the median, or search for one."),
    ((1.0, 1e9, 1e9), "mean", f"{ALLOWED} This one would be 10^8.8. Search for one."),
    ((1.0, 1e9, 1e9), "median", f"{ALLOWED} This one would be 10^9.0. Search for one."),
    ((np.inf, np.nan), "mean", "No finite norm is recorded. Search for one.")], ids=str)
def test_a_threshold_that_cannot_be_used_says_why_and_what_else_there_is(monkeypatch, page, norms, centre, words):
    monkeypatch.setattr(adviser, "as_markdown", lambda text: text)
    advised(monkeypatch, page, view=norms_of(*norms), look=TruncationView(centre=centre))
    assert words in [text for text in page.shown if isinstance(text, str)]
    assert page.buttons["use_proposed"].disabled
    assert [one[1][1] for one in page.shown if one[0] == "threshold_histogram"] == [None]


@pytest.mark.parametrize(("values", "taken", "words"), [
    ({"clip_norm": False}, 2.0, "Clipping is off."),
    ({"clip_norm": True, "clip_norm_threshold": 2.0}, 2.0, "**Set: θ = 2**, here and in the playground."),
    ({"clip_norm": True, "clip_norm_threshold": 0.5}, 2.0, "**Clipping is on: θ = 0.5**, here and in the playground."),
    ({"clip_norm": True, "clip_norm_threshold": 5.0}, None, "**Clipping is on: θ = 5**, here and in the playground.")],
    ids=["off", "taken", "another", "not taken"])
def test_what_is_in_use_now_can_be_trained_with_again(monkeypatch, page, values, taken, words):
    run, done = stepped(SMALL, 4), []
    advised(monkeypatch, page, run=run, values=values, taken=taken, look=TruncationView(reruns=77))
    assert words in page.shown
    assert page.shown[-1] == "playground.py"
    assert ("again" in page.buttons) == values["clip_norm"]
    if values["clip_norm"]:
        monkeypatch.setattr(run, "reset", lambda: done.append("reset"))
        monkeypatch.setattr(run, "play", lambda to: done.append(to))
        page.buttons["again"].click()
        assert done == ["reset", 77]


@pytest.mark.parametrize(("state", "spoken"), [("paused", True), ("playing", False)])
def test_a_headline_is_spoken_where_it_stays(monkeypatch, page, state, spoken):
    view = replace(stepped(SMALL, 4).view(), state=state)
    advised(monkeypatch, page, view=view)
    (norms, chosen, found), told = page.shown[0]
    assert (norms.updates, chosen.refused, found, told) == (4, None, None, spoken)
