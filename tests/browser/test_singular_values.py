"""The page on eigenvalues and singular values as its reader uses it."""

from __future__ import annotations

import numpy as np
import pytest

from core.plotting.theme import DARK, MEASURED
from core.specs.recurrence import Recurrence
from core.topics.singular_values.example_matrices import Matrix, matrix_of
from core.topics.singular_values.matrix_powers import matrix_powers
from core.topics.singular_values.pseudospectrum import sigma_min
from core.training.experiment import Experiment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHARTS = ("normal_powers", "powers", "normal_plane", "plane")
FINE = "data[0].z?.length > 25"
YOURS = "singular_values?matrix=yours&n_hidden=8&rho=0.9"


def opened(open_page, query="singular_values", **look):
    tab = open_page(query, **look)
    tab.wait_for_charts(CHARTS if look.get("width", 1440) > 1000 else CHARTS[:1])
    return tab


@pytest.fixture
def still(look_at):
    """The first screen, for tests that only look at it."""
    return opened(look_at)


def test_the_first_screen_draws_the_powers_and_the_fine_pseudospectra(still):
    tab = still
    tab.wait_until("plane", FINE)
    W = matrix_of(Matrix(), Experiment())
    np.testing.assert_allclose(tab.trace("powers", 1), matrix_powers(W, 12).log10_norm, atol=1e-6)  # sent as float32
    row = np.array(tab.read("plane", "Array.from(data[0].z[100])"))
    x = np.array(tab.read("plane", "Array.from(data[0].x)"))
    np.testing.assert_allclose(row, np.log10(sigma_min(W, x + 1j * x[100])), atol=1e-5)
    assert tab.verdict().startswith("▲ Grows before it shrinks.")


def test_both_columns_have_the_same_axis(still):
    ranges = [still.ends(name)[2:] for name in ("normal_powers", "powers")]
    np.testing.assert_allclose(*ranges, atol=0.05)


@pytest.mark.parametrize(("scheme", "colour"), [("light", MEASURED), ("dark", DARK[MEASURED])])
def test_lines_points_and_contours_follow_the_theme(still, scheme, colour):
    still.wait_until("plane", FINE)
    ink = {"light": "#262730", "dark": "#fafafa"}[scheme]
    with still.in_scheme(scheme):
        still.wait_until("powers", f"painted('{colour}')")
        still.wait_until("plane", f"painted('{colour}') && painted('{ink}')")


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_has_a_text_alternative(still, chart):
    assert len(still.says(chart)) > 40


def test_the_controls_headline_and_powers_are_on_one_screen(still):
    for chart in CHARTS[:2]:
        box = still.page.locator(f".chart[data-name={chart}]").bounding_box()
        assert box["y"] + box["height"] <= 900
    assert still.page.locator(".chart[data-name=plane]").bounding_box()["y"] < 700


def test_a_preset_changes_all_charts_without_a_remount(open_page):
    tab = opened(open_page)
    for name in CHARTS:
        tab.read(name, "box.made = true")
    tab.click("[[0.9, 5], [0, 0.9]]")
    tab.wait_until("powers", "data[1].y.length == 61")
    tab.wait_until("normal_powers", "data[1].y.length == 61")
    tab.wait_until("plane", f"Math.abs(data[2].x[0] - 0.9) < 1e-6 && {FINE}")
    tab.click("diag(2, 0.1)")
    tab.wait_for_text("Grows, exactly as its eigenvalues say")
    tab.wait_until("plane", f"data[2].x.length == 2 && {FINE}")
    assert all(tab.read(name, "box.made") for name in CHARTS)
    assert tab.page.evaluate("window.chartMounts") == len(CHARTS) + 1  # the unit circle
    assert "matrix=diagonal" in tab.page.url


def test_a_zoom_survives_another_matrix(go_on):
    tab = opened(go_on)
    tab.wait_for_rest()
    tab.drag("powers", (60, 20), (200, 100))
    tab.wait_until("powers", "axes.x.ends[0] > 0.5")
    kept = tab.ends("powers")
    tab.type_number("Powers", "30")
    tab.wait_until("powers", "data[1].y.length == 31")
    np.testing.assert_allclose(tab.ends("powers"), kept)


def test_alpha_moved_with_the_keyboard_moves_this_matrix_and_not_the_normal_one(open_page):
    tab = opened(open_page, YOURS)
    tab.wait_until("plane", FINE)
    tab.wait_for_rest()
    before, normal = tab.trace("powers", 1), tab.trace("normal_powers", 1)
    for _ in range(10):
        tab.slider("Non-normality").press("ArrowRight")
    tab.page.wait_for_function("location.search.includes('alpha=0.5')")
    W = matrix_of(Matrix(matrix="yours"), Experiment(Recurrence(n_hidden=8, rho=0.9, alpha=0.5)))
    expected = matrix_powers(W, 12).log10_norm
    tab.wait_until("powers", f"Math.abs(data[1].y[3] - {expected[3]}) < 1e-5")
    np.testing.assert_allclose(tab.trace("powers", 1), expected, atol=1e-5)
    assert np.abs(np.array(before) - expected).max() > 0.05
    np.testing.assert_allclose(tab.trace("normal_powers", 1), normal, atol=1e-5)


def test_powers_and_plane_follow_a_slider_that_is_held_and_the_words_come_when_it_is_let_go(open_page):
    tab = opened(open_page, YOURS)
    tab.wait_until("plane", FINE)
    tab.wait_for_rest()
    words = tab.page.locator(".stMarkdown").all_inner_texts()
    with tab.held("Non-normality", 100) as alpha:
        W = matrix_of(Matrix(matrix="yours"), Experiment(Recurrence(n_hidden=8, rho=0.9, alpha=alpha)))
        seen = f"Math.abs(data[1].y[3] - {matrix_powers(W, 12).log10_norm[3]}) < 1e-5"
        tab.wait_until("powers", seen)
        corner = np.log10(sigma_min(W, np.array([-1.5 - 1.5j])))[0]
        tab.wait_until("plane", f"{FINE} && Math.abs(data[0].z[0][0] - {corner}) < 1e-5")
        assert tab.page.locator(".stMarkdown").all_inner_texts() == words
        assert "alpha" not in tab.page.url
    tab.page.wait_for_function(f"location.search.includes('alpha={alpha}')")
    tab.wait_for_rest()
    tab.wait_until("powers", seen)
    assert tab.page.locator(".stMarkdown").all_inner_texts() != words


def test_a_large_matrix_fills_itself_and_the_page_answers_meanwhile(go_on):
    tab = opened(go_on, YOURS)
    tab.type_number("Non-normality", "1")
    tab.page.wait_for_function("location.search.includes('alpha=1')")
    tab.wait_until("plane", FINE)
    tab.wait_for_rest()
    tab.type_number("Hidden units", "64")  # in a page that stands: while one loads, the work may end unseen
    tab.wait_for_text("% done")
    tab.click("[[0.9, 5], [0, 0.9]]")
    tab.wait_until("powers", "data[1].y.length == 61")
    tab.click("Yours")
    tab.wait_until("powers", "data[1].y[1] > 0.1 && data[2].y[1] < 0")
    tab.wait_until("plane", "data[0].z?.length == 113")
    tab.page.get_by_text("% done").first.wait_for(state="detached")
    tab.wait_for_rest()
    told = tab.read("plane", "box.dataset.told")
    tab.page.wait_for_timeout(1000)  # ten times as long as between two looks at work that is not done
    assert tab.read("plane", "box.dataset.told") == told


def test_a_phone_shows_one_column_and_nothing_sticks_out(open_page):
    tab = opened(open_page, width=390, height=844)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in CHARTS:
        chart = tab.page.locator(f".chart[data-name={name}]")
        chart.scroll_into_view_if_needed()
        tab.wait_for_charts((name,))
        box = chart.bounding_box()
        assert box["width"] > 300
        assert box["x"] + box["width"] <= 390
        tab.title_is_clear(name)
