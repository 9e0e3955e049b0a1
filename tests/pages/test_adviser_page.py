"""The threshold adviser on its page: record, search, and take what is found to the playground."""

import numpy as np
import pytest

from core.remedies.clip_norm import ClipNorm
from core.topics.truncation.presets import PRESETS
from core.topics.truncation.recorded_norms import proposal, recorded_norms
from tests.helpers.app_page import address, button, cells, checked, click, run_of
from tests.helpers.app_page import values as settings_of
from tests.helpers.panels import number, shows
from tests.helpers.truncation_page import chart, headlines, keyed, opened, recorded, rested
from tests.helpers.waiting import wait_until

pytestmark = pytest.mark.usefixtures("own_jobs")


@pytest.mark.slow
def test_a_run_is_recorded_here_and_its_norms_are_drawn():
    page = recorded(n_hidden="4", seq_len="10")
    norms = recorded_norms(run_of(page).view().curves)
    assert norms.updates == 30
    assert f"30 updates are recorded, with gradient norms from {norms.norms[0]:.3g}" in headlines(page)[1]
    assert np.sum(chart(page, "threshold_histogram")["data"][0]["y"]) == pytest.approx(1.0)


def test_the_proposed_threshold_lands_in_the_settings_and_in_the_run():
    page = recorded(n_hidden="4", seq_len="10", factor="2")
    expected = proposal(recorded_norms(run_of(page).view().curves), "mean", 2.0).threshold
    rested(keyed(page, "use_proposed").click().run())
    assert (settings_of(page)["clip_norm"], settings_of(page)["clip_norm_threshold"]) == (True, expected)
    assert run_of(page).experiment.remedies == (ClipNorm(threshold=expected),)
    assert number(page, "clip_norm_threshold") == expected
    assert address(page)["clip_norm_threshold"] == repr(expected)
    assert any(f"Set: θ = {expected:g}" in element.value for element in page.markdown)


def test_the_playground_shows_the_threshold_that_was_taken():
    page = recorded(n_hidden="4", seq_len="10")
    rested(keyed(page, "use_proposed").click().run())
    taken = settings_of(page)["clip_norm_threshold"]
    checked(page.switch_page("playground.py").run())
    assert number(page, "clip_norm_threshold") == taken
    assert shows(page, "clip_norm") == "true"


@pytest.mark.slow
def test_a_run_that_diverged_is_searched_and_trained_again_with_what_was_found(own_jobs):
    page = recorded(**PRESETS["threshold"].experiment.spelled())
    assert run_of(page).state == "diverged"
    rested(click(page, "Search"))
    assert "A clip is needed" in headlines(page)[1]
    found = own_jobs.current("thresholds").result
    assert found.done
    rested(keyed(page, "use_highest_finite").click().run())
    assert settings_of(page)["clip_norm_threshold"] == found.highest
    rested(click(page, "Train again with it"))
    assert (run_of(page).updates, run_of(page).state) == (30, "paused")


def test_a_run_that_stays_finite_needs_no_clip():
    page = rested(click(opened(n_hidden="4", seq_len="10", reruns="10"), "Search"))
    assert "No clip is needed" in headlines(page)[1]
    assert not any(b.key == "use_highest_finite" for b in page.button)


def test_a_search_can_be_cancelled(own_jobs):
    page = opened(reruns="2000", pace="1", n_hidden="64", clip_norm="true")
    checked(button(page, "Search").click().run())
    work = own_jobs.current("thresholds")
    checked(keyed(page, "cancel_thresholds").click().run())
    wait_until(lambda: work.done)
    assert work.cancelled
    page = rested(page)
    assert "Cancelled" in cells(page)["search"]["html"]
