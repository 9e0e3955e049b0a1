"""The page on finite precision as its reader uses it."""

from __future__ import annotations

import numpy as np
import pytest

from core.plotting.theme import DARK, MEASURED
from core.topics.precision.figures.lines import ORDER
from core.topics.precision.powers import powers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHARTS = ("typed_powers", "digits_left", "update_share", "updates_arrived", "iterated_value", "iterated_slope")
FLOAT32 = ORDER.index("float32")
INF = len(ORDER)  # the trace of the marks at inf


def zero_of(i):
    """JavaScript of the first step at which type i is exactly 0."""
    return f"data[{i}].x[data[{i}].y.indexOf(-Infinity)]"


def opened(open_page, query="precision", **look):
    tab = open_page(query, **look)
    tab.wait_for_charts(CHARTS if look.get("width", 1440) > 1000 else CHARTS[:1])
    return tab


@pytest.fixture
def still(look_at):
    """The first screen, for tests that only look at it."""
    return opened(look_at)


def test_the_first_screen_draws_the_powers(still):
    tab = still
    x, y = np.array(tab.trace("typed_powers", FLOAT32, "x")), np.array(tab.trace("typed_powers", FLOAT32), float)
    known = np.isfinite(y) & (x > 0)
    assert known.sum() > 30
    np.testing.assert_allclose(y[known], powers(0.25, "float32", 1100).log10_value[x[known].astype(int) - 1], rtol=1e-6)
    assert [tab.read("typed_powers", zero_of(i)) for i in range(INF)] == [538, 75, 67, 13]
    assert tab.page.locator(".verdict").first.inner_text().startswith("▼ Gone.")


def test_the_headlines_stand_over_charts_that_fit_the_first_screen(still):
    tab = still
    assert tab.page.locator(".verdict").count() == 3
    for name in CHARTS:
        box = tab.page.locator(f".chart[data-name={name}]").bounding_box()
        assert box["y"] + box["height"] <= 900, name


def test_the_columns_stand_in_rows(still):
    tops = [still.page.locator(f".chart[data-name={name}]").bounding_box()["y"] for name in CHARTS]
    assert max(tops[0::2]) - min(tops[0::2]) < 2
    assert max(tops[1::2]) - min(tops[1::2]) < 2


@pytest.mark.parametrize("query", ["precision?rate=0.75&dtype=float16", "precision?rate=2.0&gain=3.0", "precision"])
def test_titles_do_not_run_into_legends(look_at, query):
    tab = opened(look_at, query)
    for name in CHARTS:
        tab.title_is_clear(name)


@pytest.mark.parametrize(("scheme", "colour"), [("light", MEASURED), ("dark", DARK[MEASURED])])
def test_the_lines_follow_the_theme(still, scheme, colour):
    with still.in_scheme(scheme):
        still.wait_until("typed_powers", f"painted('{colour}')")


def test_every_chart_has_a_text_alternative_with_its_reading(still):
    for name in CHARTS:
        assert len(still.says(name)) > 20
    assert "exactly 0 from step 75" in still.says("typed_powers")


def test_a_slider_moves_the_charts_without_a_remount(open_page):
    tab = opened(open_page)
    for name in CHARTS:
        tab.read(name, "box.made = true")
    for _ in range(5):
        tab.slider("Rate per step").press("ArrowRight")
    tab.wait_until("typed_powers", f"{zero_of(FLOAT32)} == {powers(0.3, 'float32', 200).first_zero}")
    assert all(tab.read(name, "box.made") for name in CHARTS)
    assert tab.page.evaluate("window.chartMounts") == len(CHARTS)
    tab.page.wait_for_function("location.search.includes('rate=0.3')")


def test_the_charts_and_the_words_follow_a_slider_that_is_held(open_page):
    tab = opened(open_page)
    tab.wait_for_rest()
    told = tab.read("update_share", "box.dataset.told")
    with tab.held("Rate per step", 130) as rate:
        over = powers(rate, "float32", 1100).first_inf
        tab.wait_until("typed_powers", f"data[{INF}].x[2] === {over}")
        tab.page.wait_for_function(f"document.querySelector('.verdict').innerText.includes('inf from step {over} on')")
        assert "rate" not in tab.page.url
    tab.page.wait_for_function(f"location.search === '?rate={rate}'")
    tab.wait_for_rest()
    assert tab.trace("typed_powers", INF, "x")[2] == over
    assert tab.read("update_share", "box.dataset.told") == told


def test_presets_change_powers_updates_and_the_words(go_on):
    tab = opened(go_on)
    tab.click("2")
    tab.wait_until("typed_powers", f"data[{INF}].x[0] == 1024 && {zero_of(FLOAT32)} === undefined")
    assert tab.trace("typed_powers", INF, "x") == [1024, 128, 128, 16]
    tab.wait_for_text("inf from step 128 on")
    tab.click("A weight that no longer moves")
    tab.wait_for_text("takes no update below 3.0·10")
    tab.wait_until("updates_arrived", f"Math.max(...data[{FLOAT32}].y) == 0")
    assert max(tab.trace("updates_arrived", ORDER.index("float64"))) == pytest.approx(1100, rel=1e-3)


def test_a_typed_value_out_of_range_says_so_in_one_line_and_keeps_the_chart(go_on):
    tab = opened(go_on)
    before = tab.trace("typed_powers", INF - 1)
    tab.type_number("Rate per step", "7")
    tab.wait_for_text("rate must be a number from 0 to 4, got 7. It stays ")
    assert tab.trace("typed_powers", INF - 1) == before


def test_a_zoom_is_kept_when_the_rate_changes(go_on):
    tab = opened(go_on)
    tab.wait_for_rest()
    tab.drag("typed_powers", (30, 20), (150, 90))
    tab.wait_until("typed_powers", "axes.x.ends[0] > 0")
    kept = tab.ends("typed_powers")
    tab.type_number("Rate per step", "0.35")
    tab.wait_until("typed_powers", f"{zero_of(FLOAT32)} == {powers(0.35, 'float32', 200).first_zero}")
    np.testing.assert_allclose(tab.ends("typed_powers"), kept)


def test_a_phone_shows_one_column_and_nothing_sticks_out(open_page):
    tab = opened(open_page, width=390, height=844)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in CHARTS:
        tab.page.locator(f".chart[data-name={name}]").scroll_into_view_if_needed()
        tab.wait_for_charts((name,))
        box = tab.page.locator(f".chart[data-name={name}]").bounding_box()
        assert box["width"] > 300
        assert box["x"] + box["width"] <= 390
