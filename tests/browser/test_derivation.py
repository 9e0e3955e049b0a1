"""The derivation in a real browser: symbols to point at and click, guesses, pictures, dark, phone."""

from __future__ import annotations

import re

import pytest

from core.topics.derivation.guesses import WAYS
from core.topics.derivation.on_task import OnTask
from core.topics.derivation.steps import STEPS
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.symbols import SYMBOLS
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment
from pages._parts.derivation.equations import names_in
from pages._parts.derivation.pictures import SAME_CHART

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORD = "derivation_word"
NUMBER = {step.name: i for i, step in enumerate(STEPS, start=1)}
NAMES = """[...document.querySelectorAll('.katex-display .katex-html')].map(
    equation => [...new Set([...equation.querySelectorAll('[data-symbol]')].map(e => e.dataset.symbol))])"""


def opened(opening, step, query="", **look):
    """A step by its name, with its symbols found."""
    tab = opening(f"derivation?step={NUMBER[step]}&{query}", **look)
    symbol(tab, next(name for name in names_in(STEPS[NUMBER[step] - 1].equations))).wait_for()
    return tab


def forward(opening):
    """The first step in dark, with its picture drawn."""
    tab = opened(opening, "forward", "rho=0.5", scheme="dark")
    tab.wait_for_charts((WORD,))
    return tab


def symbol(tab, name):
    return tab.page.locator(f".symbol[data-symbol={name}]").first


def wait_for_step(tab, step):
    tab.page.get_by_role("heading", name=step.title, exact=True).wait_for()
    wanted = [list(dict.fromkeys(re.findall(r"@(\w+)@", equation))) for equation in step.equations]
    tab.page.wait_for_function(f"names => JSON.stringify({NAMES}) === JSON.stringify(names)", arg=wanted)


PARTS = ("across", "in", "out", "letters", "next")
# Names of the parts that are pale: no pixel of an arrow's shaft, or around a letter, is stronger than 0.15.
PALE = f"""data.filter(({{ name }}) => {list(PARTS)}.includes(name)).filter(({{ x: [a, b], y: [c, d], mode }}) =>
    (mode === 'text' ? colours(a, c, 12) : colours((a + b) / 2, (c + d) / 2, 2)).every(one => one[3] <= 0.15 * 255 + 1)
    ).map(({{ name }}) => name).join()"""


def wait_for_pale(tab, *names):
    """Until these parts of the unrolled network are pale, and no others."""
    tab.wait_until(WORD, f"{PALE} === '{','.join(names)}'")


def test_every_step_draws_its_pictures_and_every_equation_has_its_own_symbols_there_and_back(open_page):
    """The page draws an equation into the elements of the one before; none may keep a symbol that it is not."""
    tab = opened(open_page, "update", scheme="dark")
    for step in STEPS:
        wait_for_step(tab, step)
        if step.guess:
            tab.click("Just show me")
        tab.wait_for_charts(tuple(f"derivation_{SAME_CHART.get(kind, kind)}" for kind in step.pictures))
        tab.page.locator(".st-key-step_next button").click() if step is not STEPS[-1] else None
    for step in STEPS[-2:-5:-1]:
        tab.page.locator(".st-key-step_back button").click()
        wait_for_step(tab, step)
    left = "[...document.querySelectorAll(`.katex-display [style*='color']`)].filter(e => e.style.color !== 'inherit')"
    assert tab.page.evaluate(f"{left}.length") == 0


def test_pointing_at_a_symbol_lights_up_its_part_of_the_picture_and_leaving_it_puts_it_out(look_at):
    tab = forward(look_at)
    tab.wait_for_rest(f".chart[data-name={WORD}]")
    wait_for_pale(tab)
    symbol(tab, "W_hh").hover()
    wait_for_pale(tab, "in", "out", "letters", "next")
    symbol(tab, "x_t").hover()
    wait_for_pale(tab, "across", "in", "out", "next")
    tab.page.get_by_role("heading", name="Forward: one step").hover()
    wait_for_pale(tab)


def test_the_numbers_below_the_symbols_follow_the_network(open_page):
    tab = forward(open_page)
    assert "0.5" in symbol(tab, "W_hh").inner_text()
    tab.type_number("Spectral radius", "0.25")
    tab.page.wait_for_function("document.querySelector('.symbol[data-symbol=W_hh]').innerText.includes('0.25')")
    wait_for_step(tab, STEPS[NUMBER["forward"] - 1])
    plain = tab.page.evaluate("getComputedStyle(document.querySelector('.stMarkdown p')).color")
    colours = "[...document.querySelectorAll('.symbol')].map(e => getComputedStyle(e).color)"
    assert set(tab.page.evaluate(colours)) == {plain}


def test_the_pictures_follow_a_slider_that_is_held_and_the_equations_come_when_it_is_let_go(open_page):
    tab = forward(open_page)
    symbol(tab, "W_hh").click()
    tab.wait_until("entries", "data[0].z.length == 16 && data[0].z[0].length == 16")
    tab.wait_for_rest()
    entry = tab.read("entries", "data[0].customdata[0][0]")
    with tab.held("Spectral radius", 30) as rho:
        seen = f"Math.abs(data[0].customdata[0][0] - {entry * rho / 0.5}) < 1e-6"
        tab.wait_until("entries", seen)
        assert "0.5" in symbol(tab, "W_hh").inner_text()
        assert "rho=0.5" in tab.page.url
    tab.page.wait_for_function(f"document.querySelector('.symbol[data-symbol=W_hh]').innerText.includes('{rho:g}')")
    tab.wait_for_rest()
    tab.wait_until("entries", seen)


def test_symbols_are_reached_by_the_keyboard_and_have_names(go_on):
    tab = forward(go_on)
    buttons = tab.page.locator(".katex-display [role=button]")
    names = names_in(STEPS[NUMBER["forward"] - 1].equations)
    assert buttons.count() == len(names) + 1  # a_t is in both equations
    buttons.first.focus()
    wait_for_pale(tab, *PARTS)  # of a_t the picture has the ring alone
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.dataset.symbol") == "W_hh"
    tab.page.keyboard.press("Enter")
    tab.wait_for_text("It is a matrix, 16 × 16")
    assert buttons.first.get_attribute("title").startswith("a t: The sum that goes into the nonlinearity. It is")
    assert tab.page.locator(".katex-display .katex-html[aria-hidden=true]").count() == 0


def test_a_click_on_a_symbol_shows_its_meaning_shape_value_and_entries(go_on):
    tab = forward(go_on)
    symbol(tab, "W_xh").click()
    tab.wait_for_text("from what is read to the state")
    tab.wait_for_text("It is a matrix, 16 × 5")
    tab.wait_until("entries", "data[0].z.length == 16 && data[0].z[0].length == 5")
    assert "chosen" in symbol(tab, "W_xh").get_attribute("class")


def test_a_click_on_a_letter_chooses_its_step_and_zoom_survives_it_and_the_next_step(go_on):
    tab = forward(go_on)
    tab.wait_for_rest(f".chart[data-name={WORD}]")
    area = tab.page.locator(f".chart[data-name={WORD}] .u-over").bounding_box()
    tab.drag(WORD, *((x * area["width"], y * area["height"]) for x, y in ((0.2, 0.05), (0.8, 0.95))))
    tab.wait_until(WORD, "axes.x.ends[0] > 0.6")
    kept = tab.ends(WORD)
    tab.page.mouse.click(*tab.read(WORD, "place(3, 1)"))
    tab.wait_for_text("at t = 3 (“u”)")
    tab.wait_until(WORD, "data.find(trace => trace.name === 'step t').x[0] === 3")
    assert "t=3" in tab.page.url
    tab.page.locator(".st-key-step_next button").click()
    wait_for_step(tab, STEPS[NUMBER["output"] - 1])
    assert tab.ends(WORD) == pytest.approx(kept)


def test_a_guess_is_asked_before_the_chart_and_judged_with_it(open_page):
    tab = opened(open_page, "product")
    norm = f"{SYMBOLS['norm'].value(Subject.at(OnTask(Experiment()), Reading(), Place())):.3g}"
    assert tab.page.locator(".chart[data-name=derivation_measured]").count() == 0
    assert norm not in tab.page.locator(".stMain").inner_text()
    tab.page.get_by_text(WAYS[2], exact=True).click()
    tab.click("That is my guess")
    tab.wait_for_text("Not so: it stays within a factor of 2. Measured over 49 steps of the task")
    tab.wait_for_charts(("derivation_measured",))
    assert norm in symbol(tab, "product").inner_text()


def test_on_a_phone_nothing_sticks_out(open_page):
    tab = opened(open_page, "terms", "word=abcdefghijkl&layers=2&rho=1.9", width=390, height=844)
    for step in ("terms", "product", "eigen", "bound"):
        wait_for_step(tab, STEPS[NUMBER[step] - 1])
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
        widths = tab.page.evaluate(
            "[...document.querySelectorAll('.katex-display')].map(e => [e.scrollWidth, e.clientWidth])")
        assert all(inside <= outside + 3 for inside, outside in widths), widths
        tab.page.locator(".st-key-step_next button").click()
