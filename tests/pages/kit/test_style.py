"""The colours of the page itself on a light and on a dark one: words, captions, links, buttons, headlines, symbols.

By the rule of WCAG 2.1: 4.5:1 for words (1.4.3), 3:1 for the border that a headline is told by (1.4.11).
"""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from core.plotting import theme
from pages._chart.browser_scripts import BROWSER
from pages._kit import style
from pages._kit.verdict import SIGNS
from tests.helpers.contrast import contrast, over

CONFIG = ConfigParser()  # this file is simple enough for it, and Python 3.10 reads no TOML
CONFIG.read(Path(__file__).resolve().parents[3] / ".streamlit/config.toml")
LOOKS = ("light", "dark")
CAPTION = 0.6  # the strength with which Streamlit writes a caption; the browser's test looks at what comes of it
CHARTS = (BROWSER / "chart.css").read_text()
SHEET = re.sub(r"/\*.*?\*/", "", style.sheet() + CHARTS, flags=re.S)


def colour(look, name):
    return CONFIG[f"theme.{look}"][name].strip('"')


def grounds(look):
    """Page, sidebar, and fields."""
    return [colour(look, "backgroundColor"), colour(look, "secondaryBackgroundColor"),
            CONFIG[f"theme.{look}.sidebar"]["backgroundColor"].strip('"')]


def css(selector, declaration):
    """What the sheet gives a selector, with what is a variable filled in: (on a light page, on a dark one)."""
    variables = dict(re.findall(r"--([\w-]+): (light-dark\([^)]*\));", SHEET))
    rules = "".join(body for names, body in re.findall(r"([^{}]+)\{([^{}]*)\}", SHEET)
                    if selector in [name.strip() for name in names.split(",")])
    value = re.findall(rf"(?<![\w-]){declaration}: ([^;]+)", rules)[-1]
    value = re.sub(r"var\(--([\w-]+)\)", lambda found: variables[found[1]], value)
    found = re.search(r"light-dark\((#\w{6}), (#\w{6})\)", value)
    return dict(zip(LOOKS, found.groups() if found else 2 * re.findall(r"#\w{6}", value), strict=True))


@pytest.mark.parametrize("look", LOOKS)
def test_words_captions_and_links_can_be_read_on_every_ground(look):
    words = colour(look, "textColor")
    for ground in grounds(look):
        assert contrast(words, ground) >= 4.5
        assert contrast(over(words, CAPTION, ground), ground) >= 4.5
        assert contrast(colour(look, "linkColor"), ground) >= 4.5
        assert contrast(colour(look, "primaryColor"), ground) >= 4.5  # the number above a slider


@pytest.mark.parametrize("look", LOOKS)
def test_the_words_on_a_button_can_be_read(look):
    on = css('.stApp button[kind^="primary"]:not(:disabled)', "color")[look]
    assert contrast(on, colour(look, "primaryColor")) >= 4.5


@pytest.mark.parametrize("kind", [*SIGNS, "other"])
@pytest.mark.parametrize("look", LOOKS)
def test_the_border_of_a_headline_stands_out(kind, look):
    selector, declaration = (".verdict", "border-left") if kind == "other" else (f".verdict.{kind}", "border-color")
    border = css(selector, declaration)[look]
    page = colour(look, "backgroundColor")
    assert contrast(border, page) >= 3.0
    assert contrast(border, over(colour(look, "textColor"), 0.06, page)) >= 3.0  # its own ground


@pytest.mark.parametrize("kind", ["pointed", "chosen"])
@pytest.mark.parametrize("look", LOOKS)
def test_a_symbol_can_be_read_on_its_highlight(kind, look):
    behind = css(f".symbol.{kind}", "background")[look]
    share = int(re.search(rf"\.symbol\.{kind} .*?(\d+)%", SHEET)[1]) / 100
    for ground in grounds(look):
        assert contrast(colour(look, "textColor"), over(behind, share, ground)) >= 4.5


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("selector", [".symbol:focus-visible", ".chart button:focus-visible",
                                      ".chart > .plot:focus-visible", "dialog.explore > button:focus-visible"])
def test_what_has_the_focus_of_the_keyboard_is_outlined(selector, look):
    assert contrast(css(selector, "outline")[look], colour(look, "backgroundColor")) >= 3.0


def test_the_kinds_of_headline_have_the_colours_of_what_the_charts_call_so():
    assert css(".verdict.vanishing", "border-color") == {"light": theme.MEASURED, "dark": theme.DARK[theme.MEASURED]}
    assert css(".verdict.exploding", "border-color") == css(".verdict.held", "border-color")
    assert len({css(f".verdict.{kind}", "border-color")["light"] for kind in SIGNS}) == len(SIGNS) - 1
