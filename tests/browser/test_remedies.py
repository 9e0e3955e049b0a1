"""The race in a real browser: it runs, rests, takes a lane in, shows a demo, and survives a lane that diverges."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from core.topics.race.demos.base import demos
from core.topics.race.lag_norms import MOST_LAGS
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHARTS = ("race_loss", "race_norm", "race_by_step", "race_flow")
SMALL = "n_hidden=8&seq_len=20&batch=8&seeds=2&until_solved=false"
QUICK = f"{SMALL}&steps=40&pace=60&lanes=clip_norm,leaky"  # it comes to its end
LONG = f"{SMALL}&steps=20000&pace=20&lanes=clip_norm"  # it does not
DEMO = demos()["clip_norm_rescues"]
WILD = "n_hidden=8&seq_len=30&batch=4&shape=identity&rho=1.2&activation=leaky_relu&lr=0.1&steps=25&seeds=2&pace=max"


def opened(open_page, query, **look):
    tab = open_page(f"remedies?{query}", **look)
    tab.wait_for_charts(CHARTS)
    return tab


def rests(tab, button):
    """Until the race rests and its charts have drawn the last message; what is out of sight is drawn later."""
    tab.page.get_by_role("button", name=button, exact=True).wait_for()
    tab.wait_for_rest(".chart[data-name^=race_]")


def finished(tab):
    tab.wait_for_text(re.compile(r"^update \d+ of \d+ · finished"))
    rests(tab, "Race again")


def begun(tab, updates=3):
    """A race that goes on from its first update, whatever was before, and has made more than these."""
    tab.click("Reset")
    tab.wait_for_text(re.compile("^update 0 of "))
    tab.click("Race")
    tab.wait_until("race_loss", f"{median(0)}.x.length > {updates} && {median(0)}.x[0] === 1")


def median(slot):
    """A lane's median, as JavaScript; an empty one before it is there."""
    return f"(data.find(t => t.name.startsWith('{slot} ')) ?? {{x: [], y: []}})"


def updates(tab, slot):
    """The last update that the loss of a lane is drawn at."""
    return tab.read("race_loss", f"{median(slot)}.x.at(-1) ?? 0")


def test_a_race_runs_to_its_end_and_draws_every_lane(open_page):
    tab = opened(open_page, QUICK)
    tab.click("Race")
    tab.wait_until("race_loss", f"{median(2)}.x.length > 5")
    finished(tab)
    assert [updates(tab, slot) for slot in (0, 1, 2)] == [40, 40, 40]
    assert all(tab.read(name, f"{median(2)}.y.length") > 10 for name in CHARTS)
    assert "in 40 updates" in tab.verdict()
    assert tab.page.locator(".race tr").count() == 4
    assert tab.page.evaluate("window.chartMounts") == tab.page.locator(".chart").count()


def test_no_word_of_the_table_runs_into_its_neighbour_and_a_button_shows_its_lane_s_dash(go_on):
    tab = opened(go_on, QUICK)
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    begun(tab)
    finished(tab)
    wide = "[...document.querySelectorAll('.race th, .race td')].filter(e => e.scrollWidth > e.clientWidth)"
    assert tab.page.evaluate(f"{wide}.map(e => e.innerText)") == []
    for slot, stripes in ((1, "9px, rgba(0, 0, 0, 0) 9px, rgba(0, 0, 0, 0) 15px"), (2, "3px, rgba(0, 0, 0, 0) 3px")):
        button = f"document.querySelector('.st-key-menu_lane_{slot} button')"
        shown = tab.page.evaluate(f"getComputedStyle({button}, '::after').backgroundImage")
        assert shown.startswith("repeating-linear-gradient(90deg")
        assert stripes in shown


def test_what_is_folded_away_is_made_when_it_is_opened_also_while_the_race_is_on(open_page):
    tab = opened(open_page, LONG)
    threshold, units = tab.typed("Clip threshold"), tab.typed("Hidden units")
    assert (threshold.count(), units.count()) == (0, 0)
    begun(tab, 8)
    tab.page.get_by_role("button", name="1 clip norm").click()
    threshold.wait_for()
    threshold.fill("0.5")
    threshold.press("Enter")
    tab.page.wait_for_url(re.compile("clip_norm_threshold%3D0.5"))
    assert threshold.is_visible()  # the menu stays where it was
    tab.page.keyboard.press("Escape")
    threshold.wait_for(state="hidden")
    tab.wait_until("race_loss", f"Math.abs({median(1)}.x.at(-1) - {median(0)}.x.at(-1)) <= 1")  # it began again
    tab.click("Pause")
    tab.unfold("Network and batches")
    units.wait_for()


def test_a_choice_of_a_lane_is_its_own_once_it_is_made_and_the_baseline_s_when_its_switch_is_off(go_on):
    tab = opened(go_on, LONG)
    tab.page.get_by_role("button", name="1 clip norm").click()
    tab.typed("Clip threshold").wait_for()
    tab.unfold("Other settings of its own")
    own, optimizer = tab.switch("Optimizer, of its own"), tab.menu("Optimizer").last
    assert (own.is_checked(), optimizer.input_value()) == (False, "sgd")
    optimizer.select_option("adam")
    tab.page.wait_for_url(re.compile("optimizer%3Dadam"))
    assert own.is_checked()
    own.click()
    tab.page.wait_for_url(lambda url: "adam" not in url)
    expect(optimizer).to_have_value("sgd")
    assert not own.is_checked()
    tab.page.keyboard.press("Escape")
    own.wait_for(state="hidden")


def test_a_menu_that_is_closed_before_the_page_has_answered_stays_closed(go_on):
    """The lane is called something else afterwards."""
    tab = opened(go_on, LONG)
    threshold = tab.typed("Clip threshold")
    begun(tab)
    tab.page.get_by_role("button", name="1 clip norm").click()
    threshold.wait_for()
    threshold.fill("0.25")
    threshold.press("Enter")
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="1 clip norm, threshold 0.25").wait_for()
    threshold.wait_for(state="hidden")
    tab.wait_until("race_loss", f"{median(0)}.x.length > 3")
    at = updates(tab, 0)
    tab.wait_until("race_loss", f"{median(0)}.x.at(-1) > {at + 5}")
    assert threshold.count() == 0
    tab.click("Pause")


def test_a_race_is_paused_and_a_zoom_survives_its_going_on(go_on, server):
    tab = opened(go_on, LONG)
    begun(tab)
    tab.click("Pause")
    rests(tab, "Go on")
    wait_until(lambda: server.running_loops() == 0)
    at = updates(tab, 0)
    assert at == updates(tab, 1) == tab.updates()
    tab.page.locator(".chart[data-name=race_loss]").scroll_into_view_if_needed()
    before = tab.ends("race_loss")
    tab.drag("race_loss", (40, 30), (160, 100))
    tab.wait_until("race_loss", f"axes.x.ends[0] > {before[0]} && axes.x.ends[1] < {before[1]}")
    kept = tab.ends("race_loss")
    tab.click("Go on")
    tab.wait_until("race_loss", f"{median(0)}.x.at(-1) > {at + 5}")
    assert tab.ends("race_loss") == pytest.approx(kept)
    tab.click("Pause")


def test_a_number_that_is_dragged_begins_the_race_again_and_the_page_around_says_so(go_on):
    tab = opened(go_on, LONG)
    begun(tab, 5)
    length, before = tab.slider("Sequence length"), int(tab.number("Sequence length"))
    length.press("ArrowRight")  # while it is on: it goes on, at its first update
    tab.wait_until("race_by_step", f"{median(0)}.x.length === {before + 1}")
    tab.click("Pause")
    tab.page.get_by_role("button", name="Go on", exact=True).wait_for()
    length.press("ArrowRight")
    tab.page.get_by_role("button", name="Race", exact=True).wait_for()
    tab.wait_for_text("update 0 of 20000")
    tab.wait_until("race_by_step", f"{median(0)}.x.length === {before + 2}")
    assert f"seq_len={before + 2}" in tab.page.url
    assert tab.number("Sequence length") == str(before + 2)


def test_the_charts_follow_a_slider_that_is_held_while_the_race_rests(open_page):
    tab = opened(open_page, f"{SMALL}&steps=40&lanes=clip_norm,leaky")
    rests(tab, "Race")
    told = tab.page.evaluate("document.querySelector('.chart[data-name=race_loss]').dataset.told")
    messages, address = tab.received, tab.page.url
    with tab.held("Sequence length", 10) as T:
        assert T != 20
        for slot in (0, 1, 2):
            tab.wait_until("race_by_step", f"{median(slot)}.x.length === {T}")
            tab.wait_until("race_flow", f"{median(slot)}.x.length === {min(T, MOST_LAGS)}")  # the hand rests
        held = [tab.read(name, f"{median(2)}.y") for name in ("race_by_step", "race_flow")]
        assert (tab.received, tab.page.url) == (messages, address), "the page is not run meanwhile"
    tab.page.wait_for_url(re.compile(f"seq_len={T:.0f}"))
    rests(tab, "Race")
    assert [tab.read(name, f"{median(2)}.y") for name in ("race_by_step", "race_flow")] == held
    assert tab.read("race_loss", "box.dataset.told") == told
    record = Trainer(Experiment.from_values({"n_hidden": 8, "seq_len": int(T), "batch": 8, "leaky": True})).measure()
    np.testing.assert_allclose(held[0], record.log10_dL_dh, rtol=1e-5)


def test_a_slider_of_one_lane_moves_that_lane_while_it_is_held(open_page):
    tab = opened(open_page, f"{SMALL}&steps=40&lanes=clip_norm,orthogonal_init")
    rests(tab, "Race")
    before = [tab.read("race_flow", f"{median(slot)}.y.at(-1)") for slot in (0, 1, 2)]
    tab.page.get_by_role("button", name="2 orthogonal init").click()
    with tab.held("Scale", -30) as scale:
        tab.wait_until("race_flow", f"{median(2)}.y.at(-1) < {before[2]} - 1")
        assert [tab.read("race_flow", f"{median(slot)}.y.at(-1)") for slot in (0, 1)] == before[:2]
        assert "scale" not in tab.page.url
    tab.page.wait_for_url(re.compile(f"orthogonal_init_scale%3D{scale:g}"))


def test_a_card_opens_with_its_equation_and_its_picture(go_on):
    tab = opened(go_on, LONG)
    tab.page.get_by_text("Truncated BPTT (k1, k2)").click()
    tab.page.locator(".chart[data-name=remedy_effect]").scroll_into_view_if_needed()
    tab.wait_until("remedy_effect", "data[1].y.filter((v) => v === -Infinity).length === 40")  # of 50
    tab.wait_for_text("Williams & Peng 1990")


def test_a_remedy_that_is_added_in_the_middle_begins_at_update_1_and_catches_up(go_on):
    tab = opened(go_on, LONG)
    begun(tab, 8)
    tab.page.get_by_test_id("stSelectbox").filter(has=tab.page.get_by_label("Add a remedy")).click()
    tab.page.get_by_role("option", name="Leaky units").click()
    tab.wait_until("race_loss", f"{median(2)}.x[0] === 1")
    tab.wait_until("race_loss", f"{median(2)}.x.length > 8 && "
                                f"Math.abs({median(2)}.x.at(-1) - {median(0)}.x.at(-1)) <= 1")
    assert tab.page.get_by_role("button", name="2 leaky").is_visible()
    tab.page.wait_for_url(re.compile("lanes=clip_norm[^&]*%2Cleaky"))
    tab.click("Pause")


def test_a_lane_that_diverges_stays_and_the_others_go_on(open_page):
    tab = opened(open_page, f"{WILD}&lanes=clip_norm%2Bclip_norm_threshold=0.01")
    tab.click("Race")
    finished(tab)
    assert updates(tab, 0) < updates(tab, 1) == 25
    assert tab.read("race_loss", "data.find(t => t.name === 'where each lane stands').marker.symbol[0]") == "x"
    assert "2 diverged" in tab.page.locator(".race tr").nth(1).inner_text()
    assert "The baseline diverged" in tab.verdict()


def test_a_bad_link_and_a_bad_pair_give_one_line_each(open_page):
    tab = opened(open_page, f"{SMALL}&lanes=lstm%2Bgru,clip_norm&seeds=99")
    alerts = tab.page.get_by_test_id("stAlert").all_inner_texts()
    assert len(alerts) == 2
    assert any("seeds must be a whole number from 1 to 8, got 99" in alert for alert in alerts)
    assert any("both choose the cell" in alert for alert in alerts)


def test_a_phone_shows_one_column_and_nothing_sticks_out(open_page):
    tab = open_page(f"remedies?{SMALL}&lanes=clip_norm,leaky", width=390, height=844)
    tab.wait_for_charts(("race_loss",))
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = tab.page.locator(".chart[data-name=race_loss]").bounding_box()
    assert box["width"] > 300
    assert box["x"] + box["width"] <= 390


def test_show_me_ends_with_the_claim_it_makes(open_page):
    """From a card far below the race, which comes into sight; the numbers are those of this race's five seeds."""
    tab = opened(open_page, "card=clip_norm&steps=10")
    button = tab.page.get_by_role("button", name=f"Show me: {DEMO.title}")
    button.scroll_into_view_if_needed()
    button.click()
    claim = tab.page.locator(".claim .verdict")
    claim.wait_for()
    assert re.match(r"\W* ?As claimed\. ", claim.inner_text())
    assert "5 of 5 seeds solved in 300 updates; baseline" in claim.inner_text()
    assert "baseline, SGD" in tab.page.locator(".verdict").last.inner_text()
    assert tab.page.locator(".chart[data-name=race_loss]").bounding_box()["y"] < 900
    tab.page.wait_for_url(re.compile("seed=1000"))
