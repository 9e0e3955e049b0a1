"""One button plays and pauses: by keyboard alone, and it says what it will do; a run's end is seen and heard."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOCUSED = "document.activeElement.innerText.split('\\n').at(-1)"


def focused(tab, label):
    tab.page.wait_for_function(f"{FOCUSED} === '{label}'")


@pytest.mark.parametrize(("query", "plays", "ready"), [
    ("?steps=20000&pace=60&until_solved=false", "Train", "update 0 of"),
    ("remedies?n_hidden=8&seq_len=20&batch=8&seeds=1&steps=20000&until_solved=false&pace=30&lanes=leaky", "Race",
     "update 0 of"),
], ids=["run", "race"])
def test_enter_plays_and_enter_pauses_and_the_focus_stays(open_page, query, plays, ready):
    tab = open_page(query)
    tab.wait_for_text(ready)
    button = tab.page.get_by_role("button", name=plays, exact=True)
    button.focus()
    tab.page.evaluate("document.activeElement.sameAsBefore = true")
    for _ in range(2):
        tab.page.keyboard.press("Enter")
        focused(tab, "Pause")
        before = tab.updates()
        tab.page.wait_for_function(f"+document.body.innerText.match(/update (\\d+) of/)[1] > {before}")
        tab.page.keyboard.press("Enter")
        focused(tab, "Go on")
        tab.wait_for_text(re.compile(r"· paused"))
    assert tab.page.evaluate("document.activeElement.sameAsBefore")


def test_a_finished_run_with_another_radius_trains_anew_and_its_curves_stay_until_then(open_page):
    tab = open_page("?rho=0.8&steps=60&pace=max")
    tab.wait_for_charts()
    tab.page.get_by_role("button", name="Train", exact=True).focus()
    tab.page.keyboard.press("Enter")
    tab.wait_for_text("update 60 of 60 · all updates made")
    focused(tab, "Train again")
    tab.wait_until("loss", "data[0].y.length === 60")
    made = tab.trace("loss", 0)
    tab.type_number("Spectral radius", "1")
    tab.page.get_by_role("button", name="Train anew", exact=True).wait_for()
    tab.wait_for_text("all updates made; raise Updates to go on; settings changed since")
    assert tab.trace("loss", 0) == made
    tab.unfold("Training")
    tab.type_number("Updates", "90")
    tab.page.get_by_role("button", name="Go on", exact=True).wait_for()
    tab.click("Go on")
    tab.wait_for_text("update 90 of 90")
    tab.wait_until("loss", "data[0].y.length === 90")
    assert tab.trace("loss", 0)[:60] == made
    assert tab.read("loss", "layout.annotations[0].text") == "Spectral radius 0.8 → 1<br>Updates 60 → 90"


SMALL = "?steps=30&pace=max&n_hidden=8&seq_len=20&until_solved=false"


def test_what_needs_another_network_leaves_the_old_curves_pale_until_its_first_update(open_page):
    tab = open_page(SMALL)
    tab.wait_for_charts()
    tab.click("Train")
    tab.wait_for_text("update 30 of 30")
    tab.wait_until("loss", "data[0].y.length === 30")
    made, norms = tab.trace("loss", 0), tab.trace("norm", 0)
    tab.unfold("Shape the matrix")
    tab.type_number("Non-normality", "0.5")
    tab.page.get_by_role("button", name="Train anew", exact=True).wait_for()
    tab.wait_for_text("these settings need another network; pale: the run before, 30 updates")
    past = "data.find(t => t.name === 'the run before')"
    tab.wait_until("loss", past)
    assert tab.read("loss", f"Array.from({past}.y)") == made
    assert tab.read("norm", f"Array.from({past}.y)") == norms
    assert tab.read("loss", "data[0].y.length") == 0
    tab.click("Train anew")
    tab.wait_until("loss", f"data[0].y.length > 0 && !({past})")


def test_the_end_of_a_run_is_said_in_a_live_region_that_was_there_before(go_on):
    tab = go_on(SMALL)
    tab.wait_for_charts()
    tab.click("Reset")
    tab.wait_for_text("update 0 of 30 · not trained yet")
    said = tab.page.locator(".said")
    said.wait_for(state="attached")
    tab.page.wait_for_function("document.querySelector('.said').textContent === ''")
    assert said.get_attribute("role") == "status"
    said.evaluate("e => e.before = true")
    tab.click("Train")
    tab.wait_for_text("All updates made: 30 of 30.")
    assert said.evaluate("e => e.before")
    tab.click("Reset")
    tab.page.wait_for_function("document.querySelector('.said').textContent === ''")
    tab.click("Exploding")
    tab.wait_until("flow", "data[2].y.at(-1) > 3")
    tab.click("Train")
    tab.wait_for_text("Diverged at update 3.")
    assert said.evaluate("e => e.before")


def test_a_link_makes_the_changes_of_its_run_again(open_page):
    """README's own walk: Exploding, Train, clipping turned on; what Share gives shows the same numbers elsewhere."""
    first = open_page("?pace=max")
    first.wait_for_charts()
    first.click("Exploding")
    first.wait_until("flow", "data[2].y.at(-1) > 3")
    first.click("Train")
    first.wait_for_text("Diverged at update 3.")
    first.page.get_by_role("button", name=re.compile("^Turn clipping on and go on")).click()
    first.wait_until("loss", "data[0].x.at(-1) >= 12")
    first.click("Pause")
    first.settle()
    first.type_number("Clip threshold", "0.5")
    first.wait_for_text("settings changed since")
    first.click("Step")
    first.settle()
    done = first.updates()
    first.wait_until("loss", f"data[0].x.at(-1) == {done}")
    first.page.get_by_role("button", name="Share").click()
    link = first.page.locator("code", has_text="updates=").inner_text()
    query = link[link.index("?"):]
    assert f"at=1:clip_norm=true,{done}:clip_norm_threshold=0.5" in query
    drawn = {(chart, i): first.trace(chart, i) for chart, i in (("loss", 0), ("norm", 0), ("norm", 1), ("by_step", 1),
                                                                ("flow", 2))}
    second = open_page(query)
    second.wait_for_charts()
    second.wait_until("loss", f"data[0].x.at(-1) == {done}")
    second.settle()
    for (chart, i), numbers in drawn.items():
        np.testing.assert_array_equal(second.trace(chart, i), numbers, chart)
    assert second.number("Clip threshold") == "0.5"
    assert second.read("norm", "layout.shapes.map(s => s.x0)") == [1, done]
