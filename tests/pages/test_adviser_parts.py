"""The threshold adviser by itself: what is said while it searches, what it proposes, what each button does."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.markup import as_html
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.topics.truncation.view import TruncationView
from pages._live.kept import Kept
from pages._parts.truncation import adviser
from tests.helpers.live_runs import SMALL, stepped
from tests.helpers.shown import stood_in


@pytest.fixture
def page(monkeypatch):
    return stood_in(monkeypatch, adviser)


RERUNS = (Rerun(np.inf, 3, "loss is nan", np.nan, 9.0, 1.0), Rerun(100.0, 12, None, 4.0, 9.0, 1.0),
          Rerun(2.0, 12, None, 0.5, 9.0, 1.0))
FOUND = ThresholdSearch(12, 1.25, RERUNS)


def searching(work):
    """A session whose search is this one; none if None."""
    return SimpleNamespace(current={"thresholds": work}.get, working=lambda name: work is not None and not work.done)


def work_of(result, *, share=1.0, done=True):
    return SimpleNamespace(result=result, share=share, done=done, error=None, cancelled=False)


def advised(monkeypatch, page, *, work=None, run=None, view=None, look=TruncationView(), values=None, taken=None):
    """The part of the page; what is set, taken and asked for."""
    run = run or stepped(SMALL, 4)
    own = SimpleNamespace(spec=lambda kind: (look, None))
    settings = SimpleNamespace(values=values or {"clip_norm": False}, took=[], again=[])
    settings.take = lambda *of: settings.took.append(of)
    monkeypatch.setattr(adviser, "jobs", lambda: searching(work))
    monkeypatch.setattr(adviser, "settings", lambda: settings)
    monkeypatch.setattr(adviser, "run_again", settings.again.append)
    store = adviser.Taken(taken)
    monkeypatch.setattr(adviser, "session", lambda kind: store)
    monkeypatch.setattr(adviser, "control", lambda name, own: page.shown.append(name))
    on_page = SimpleNamespace(show=lambda part, height=300: page.shown.append(part))
    adviser.show_adviser(on_page, run, own, adviser.offers(view or run.view(), look, searching(work)))
    return settings, store


def told(view, *, work=None, look=TruncationView()):
    """The cells of its picture, by name."""
    return {name: cell for cells in adviser.advice_parts(view, look, searching(work), Kept()).values()
            for name, cell in cells.items()}


@pytest.mark.parametrize(("made", "words"), [((), "25%, 0 runs made"), (RERUNS[:1], "25%, 1 run made"),
                                             (RERUNS, "25%, 3 runs made")])
def test_a_search_says_how_far_it_is_and_how_many_runs_it_has_made(monkeypatch, page, made, words):
    work, view = work_of(replace(FOUND, reruns=made), share=0.25, done=False), stepped(SMALL, 4).view()
    assert words in told(view, work=work)["search"].html
    advised(monkeypatch, page, work=work)
    assert ("thresholds", False) in page.shown
    work.result = None
    assert "25%, 0 runs made" in told(view, work=work)["search"].html
    work.done = True
    assert told(view, work=work)["search"].html == told(view)["search"].html == ""
    work.cancelled = True
    assert "Cancelled: what is drawn was tried before." in told(view, work=work)["search"].html
    for ended in (work, None):
        page.shown.clear()
        advised(monkeypatch, page, work=ended)
        assert ("thresholds", True) in page.shown


def test_what_a_search_found_can_be_used_and_is_taken_over(monkeypatch, page):
    settings, store = advised(monkeypatch, page, work=work_of(FOUND))
    labels = {key: button.label for key, button in page.buttons.items() if key.startswith("use")}
    assert labels.pop("use_proposed").startswith("Use this one: proposed, θ = ")
    assert labels == {"use_highest_finite": "Use this one: highest finite, θ = 100",
                      "use_highest_that_ends_at_chance_or_better":
                          "Use this one: highest that ends at chance or better, θ = 2"}
    page.buttons["use_highest_that_ends_at_chance_or_better"].click()
    assert (settings.took, store.threshold) == ([("clip_norm_threshold", 2.0), ("clip_norm", True)], 2.0)
    assert settings.again == ["app"]  # the sidebar shows it
    page.buttons.clear()
    same = replace(FOUND, reruns=(RERUNS[0], RERUNS[2]))  # the highest finite one is sound
    advised(monkeypatch, page, work=work_of(same))
    assert "use_highest_finite" in page.buttons
    assert "use_highest_that_ends_at_chance_or_better" not in page.buttons
    page.buttons.clear()
    needless = replace(FOUND, reruns=(replace(RERUNS[0], stopped=None, loss=9.0), RERUNS[2]))  # ruined without a clip
    advised(monkeypatch, page, work=work_of(needless))
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
    advised(monkeypatch, page, run=run)
    assert page.buttons["record"].disabled
    page.buttons.clear()
    advised(monkeypatch, page)
    assert "record" not in page.buttons


def test_while_a_run_plays_the_threshold_that_is_taken_is_the_one_of_the_press(monkeypatch, page):
    """Its button need not be told anew with every update."""
    run, look = stepped(SMALL, 4), TruncationView(factor=2.0)
    playing = [replace(run.view(), state="playing")]
    run.step()
    playing.append(replace(run.view(), state="playing"))
    offered = [adviser.offers(view, look, searching(None)) for view in playing]
    assert offered[0] == offered[1] == adviser.Offers(True, True, None, None, None, False)
    settings, _ = advised(monkeypatch, page, run=run, view=playing[0], look=look)
    assert (page.buttons["use_proposed"].label, page.buttons["use_proposed"].disabled) == (
        "Use this one: proposed", False)
    page.buttons["use_proposed"].click()
    now = adviser.proposal(adviser.recorded_norms(run.view().curves), "mean", 2.0)
    assert settings.took == [("clip_norm_threshold", now.threshold), ("clip_norm", True)]
    settings, _ = advised(monkeypatch, page, run=stepped(SMALL, 0))
    page.buttons["use_proposed"].click()
    assert settings.took == []


def norms_of(*values):
    return SimpleNamespace(curves=SimpleNamespace(grad_norm=np.array(values)), state="paused", experiment=SMALL)


ALLOWED = "A threshold must be a number from 0.0001 to 10000."


@pytest.mark.parametrize(("norms", "centre", "words"), [
    ((1.0, 1.0, 1e9), "mean", f"{ALLOWED} This one would be 10^8.5. Start from the median, or search for one."),
    ((1.0, 1e9, 1e9), "mean", f"{ALLOWED} This one would be 10^8.8. Search for one."),
    ((1.0, 1e9, 1e9), "median", f"{ALLOWED} This one would be 10^9.0. Search for one."),
    ((np.inf, np.nan), "mean", "No finite norm is recorded. Search for one.")], ids=str)
def test_a_threshold_that_cannot_be_used_says_why_and_what_else_there_is(monkeypatch, page, norms, centre, words):
    monkeypatch.setattr(adviser, "threshold_histogram", lambda *of: of)
    view, look = norms_of(*norms), TruncationView(centre=centre)
    cells = told(view, look=look)
    assert cells["refused"].html == f'<p class="small">{as_html(words)}</p>'
    assert cells["threshold_histogram"][1] is None
    advised(monkeypatch, page, view=view, look=look)
    assert page.buttons["use_proposed"].disabled
    assert told(norms_of())["refused"].html == ""  # there is no run yet


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
def test_a_headline_is_spoken_where_it_stays(monkeypatch, state, spoken):
    monkeypatch.setattr(adviser, "threshold_verdict", lambda *of: of)
    monkeypatch.setattr(adviser, "verdict_cell", lambda verdict, spoken: (verdict, spoken))
    (norms, chosen, found), is_spoken = told(replace(stepped(SMALL, 4).view(), state=state))["advice"]
    assert (norms.updates, chosen.refused, found, is_spoken) == (4, None, None, spoken)
