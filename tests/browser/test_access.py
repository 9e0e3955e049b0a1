"""Every page for those who do not see it, see little of it, or use it by keyboard alone: axe-core, headings, titles,
contrast as it comes out, what has the focus."""

from __future__ import annotations

import itertools
from pathlib import Path

import axe_playwright_python
import pytest

from pages._kit.link.navigation import PAGES
from tests.browser.server import Server
from tests.browser.tab import Tab
from tests.helpers.contrast import contrast, over

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# With one rule that axe calls experimental: a control's name aloud begins with what is seen on it.
RUN = """axe.run(document, {resultTypes: ['violations'], rules: {'label-content-name-mismatch': {enabled: true}}})
    .then(({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({target}) => target.join(' '))]))"""
# Where what a page has to say is on it: a line of warning, a card, equations with their symbols.
LINKS = {name: name for name in PAGES} | {
    "playground": "?rho=9", "remedies": "remedies?card=leaky", "derivation": "derivation?step=4"}
PAPER = {"light": "#ffffff", "dark": "#11141b"}
FAINT = 0.75  # opacity of a chart's buttons at rest
# Where in the rows of a plot words are, which alone have their colour there: first and last px from its left.
WRITTEN = """(() => {
    const { ctx, bbox: { left, top, width, height } } = chart.u, [r, g, b] = [0x26, 0x27, 0x30];
    const right = ctx.canvas.width, all = ctx.getImageData(left, top, right - left, height), columns = [];
    for (let i = 0; i < all.data.length; i += 4)
        if (all.data[i] === r && all.data[i + 1] === g && all.data[i + 2] === b && all.data[i + 3] > 200)
            columns.push((i / 4) % all.width);
    return [Math.min(...columns), Math.max(...columns)]; })()"""
RGB = "(e => getComputedStyle(e).{}.match(/[\\d.]+/g).map(Number))"


def of(*names):
    """A test of these pages. What is to be seen on one page is looked at before the next is opened."""
    return pytest.mark.parametrize("name", [name for name in PAGES if name in names], scope="module")


def opened(opening, name):
    """A page at the size of a projector, with its charts drawn."""
    tab = opening(LINKS[name], width=1280, height=720)
    tab.page.wait_for_selector(".chart[data-drawn]")
    tab.page.wait_for_selector("[data-test-script-state=notRunning]")
    return tab


@pytest.fixture
def page(look_at, name):
    return opened(look_at, name)


# The page has gone over to a ground and nothing on it is on its way: no colour, and no element pale while it is made.
ALL_IN = """ground => getComputedStyle(document.querySelector('.stApp')).backgroundColor === ground
    && document.querySelector('[data-test-script-state=notRunning]') && !document.querySelector('[data-stale=true]')
    && document.getAnimations().length === 0"""


FOLDS = "document.querySelectorAll('.panel details')"


def violations(tab: Tab) -> set[str]:
    """The rules of axe-core that a page breaks in light or dark, with every control unfolded."""
    tab.page.evaluate(AXE)
    tab.page.evaluate(f"{FOLDS}.forEach((fold) => {{ fold.open = true; }})")
    found = set()
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(17, 20, 27)")):
        with tab.in_scheme(scheme):
            tab.page.wait_for_function(ALL_IN, arg=ground)
            found |= {f"{rule} ({scheme}): {places[:3]}" for rule, places in tab.page.evaluate(RUN)}
    tab.page.evaluate(f"{FOLDS}.forEach((fold) => {{ fold.open = false; }})")
    return found


@pytest.fixture(scope="module")
def of_a_bare_page(browser, tmp_path_factory):
    """What a page of Streamlit's own parts breaks: names of rules."""
    running = Server(tmp_path_factory.mktemp("bare"), "tests/browser/bare.py")
    try:
        tab = Tab(browser)
        tab.visit(running.url, "")
        tab.page.get_by_role("button", name="A button").wait_for()
        found = {one.split(" ")[0] for one in violations(tab)}
        tab.close()
    finally:
        running.stop()
    return found


@of(*PAGES)
def test_axe_finds_nothing_that_a_bare_page_has_not(page, of_a_bare_page):
    assert {one for one in violations(page) if one.split(" ")[0] not in of_a_bare_page} == set()


@of(*PAGES)
def test_a_page_has_its_own_title_one_first_heading_and_no_level_left_out(page, name):
    page.page.wait_for_function("t => document.title === t", arg=f"{PAGES[name]} · Exploding and vanishing gradients")
    places = page.page.evaluate("""[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(
        h => [Number(h.tagName[1]), Boolean(h.closest('[data-testid=stSidebar]'))])""")
    beside, main = ([level for level, in_sidebar in places if in_sidebar is where] for where in (True, False))
    assert main[0] == 1
    assert main.count(1) == 1
    assert set(beside) <= {2, 3}
    for levels in (main, [1, *beside]):
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@of(*PAGES)
def test_titles_of_charts_are_whole_and_nothing_lies_on_them(page):
    """At the size of a projector: inside the chart, clear of the legend, and of the buttons that the pointer brings."""
    for chart in page.page.locator(".chart").all():
        name = chart.get_attribute("data-name")
        chart.scroll_into_view_if_needed()
        page.wait_for_charts((name,))
        chart.hover()
        page.title_is_clear(name)


def colour(tab, selector: str, of: str = "color") -> tuple[str, float]:
    """A computed colour and its opacity."""
    *channels, opacity = [*tab.page.locator(selector).first.evaluate(RGB.format(of)), 1.0][:4]
    return "#" + "".join(f"{round(channel):02x}" for channel in channels), opacity


@pytest.mark.parametrize("scheme", ["light", "dark"])
@of("playground", "remedies", "derivation")
def test_the_words_on_a_button_can_be_read(page, name, scheme):
    label = {"playground": "Train", "remedies": "Race", "derivation": "Next"}[name]
    with page.in_scheme(scheme):
        page.page.wait_for_function(
            f"getComputedStyle(document.querySelector('.stApp')).colorScheme === '{scheme}'")
        button = f"button[kind=primary]:has-text('{label}')"
        page.page.add_style_tag(content="button { transition: none !important; }")
        assert contrast(colour(page, f"{button} p")[0], colour(page, button, "backgroundColor")[0]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@of("remedies")
def test_captions_can_be_read_beside_the_page_and_on_it(page, name, scheme):
    with page.in_scheme(scheme):
        page.page.wait_for_function(
            f"getComputedStyle(document.querySelector('.stApp')).colorScheme === '{scheme}'")
        beside = "[data-testid=stSidebar]"
        for place, ground in ((".stMain [data-testid=stCaptionContainer] p", ".stApp"),
                              (f"{beside} .words-of", beside), (f"{beside} .line-of", beside)):
            words, _ = colour(page, place)
            strength = page.page.locator(place).first.evaluate(
                "e => { let o = 1; for (; e; e = e.parentElement) o *= getComputedStyle(e).opacity; return o; }")
            behind, _ = colour(page, ground, "backgroundColor")
            seen = over(words, strength, behind)
            assert 4.5 <= contrast(seen, behind) < contrast(words, behind)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@of("playground")
def test_the_buttons_of_a_chart_are_seen_and_outlined_where_the_keyboard_is(page, name, scheme):
    with page.in_scheme(scheme):
        page.wait_until("flow", f"chart.theme?.background === '{PAPER[scheme]}'")
        chart = ".chart[data-name=flow]"
        ground, _ = colour(page, ".stApp", "backgroundColor")
        assert ground == PAPER[scheme]
        page.page.locator(f"{chart} .plot").focus()
        assert page.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.page.keyboard.press("Enter")
        for name in ("Explore", "Save PNG", "Save data"):
            assert page.page.evaluate("document.activeElement.title") == name
            assert page.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            assert contrast(colour(page, f"{chart} button:focus", "outlineColor")[0], ground) >= 3.0
            shape, _ = colour(page, f"{chart} button:focus path", "stroke")
            assert contrast(over(shape, FAINT, ground), ground) >= 3.0
            page.page.keyboard.press("ArrowRight")
        page.page.keyboard.press("Escape")
        assert page.page.evaluate("document.activeElement.closest('.chart')?.dataset.name") == "flow"
        page.page.evaluate("document.activeElement.blur()")
        page.page.mouse.move(0, 0)
        assert float(page.page.locator(f"{chart} .tools").evaluate("e => getComputedStyle(e).opacity")) >= FAINT


@of("playground")
def test_the_words_of_a_change_stay_inside_the_chart(open_page, name):
    """At update 5 of an axis of 10 they stand to the left of their line, where on a projector they have no room. The
    axis is not stretched for them."""
    page = opened(open_page, name)
    for made in range(1, 6):
        if made == 5:
            page.switch("Gradient norm clipping").click()
        page.click("Step")
        page.wait_for_text(f"update {made} of")
    page.page.locator(".chart[data-name=norm]").scroll_into_view_if_needed()
    for chart in ("loss", "norm"):
        page.wait_until(chart, "layout.annotations?.some(({ text }) => text === 'Gradient norm clipping on')")
        page.wait_for_rest(f".chart[data-name={chart}]")
        left, right = page.read(chart, WRITTEN)
        width = page.read(chart, "chart.u.over.clientWidth")
        assert 2 < left < left + width / 4 < right < width - 2, chart
        low, high = page.ends(chart)[:2]
        assert -1.0 < low <= high < 11.0, chart


@of("playground")
def test_the_chosen_preset_looks_chosen_and_its_words_do_not_lie_on_the_title(go_on, name):
    page = opened(go_on, name)
    button = page.page.get_by_role("button", name="Vanishing", exact=True)
    plain = button.evaluate("e => getComputedStyle(e).boxShadow")
    button.hover()
    page.page.get_by_test_id("stTooltipContent").first.wait_for()
    button.click()
    page.wait_for_text("Vanishing. ")
    page.page.wait_for_function("""([e, plain]) => getComputedStyle(e).boxShadow !== plain""",
                                arg=[button.element_handle(), plain])
    assert page.page.get_by_test_id("stTooltipContent").first.is_hidden()
    page.page.get_by_role("button", name="Exploding", exact=True).hover()
    page.page.get_by_test_id("stTooltipContent").first.wait_for()  # of another one it says what to look for
