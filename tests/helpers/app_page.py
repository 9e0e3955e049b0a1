"""The app without a browser: open it, press its buttons, read what it says."""

import json
import re
import threading
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.plotting.drawing import Drawing
from pages._chart.frame import Shown
from pages._chart.patch import specification
from pages._chart.plot import Charts
from pages._kit.controls import widgets
from pages._kit.link.settings import Visited
from pages._kit.playing.run import Played
from pages._live.registry import STAGES
from pages._parts.race.race import Racing
from pages._session import KEY
from tests.helpers.waiting import wait_until

APP = str(Path(__file__).resolve().parents[2] / "pages" / "_script.py")


# AppTest knows of a page what its last run sent: here every number runs the whole page. The browser's tests have both.
widgets.run_again = lambda parts: None

FOLDED = ["fold_rules", "menu_share", *(f"menu_lane_{slot}" for slot in range(7))]


def unfolded(timeout):
    """The app with all that is folded away open: what is inside is made only then."""
    page = AppTest.from_file(APP, default_timeout=timeout)
    for key in FOLDED:
        page.session_state[key] = True
    return page


def opened(name="playground", /, **query):
    """A page as a link opens it."""
    page = unfolded(60)
    if name != "playground":
        page.switch_page(f"{name}.py")
    for key, text in query.items():
        page.query_params[key] = text
    return checked(page.run())


def moves(page):
    """Whether the picture of its stage says that more is to come by itself."""
    told = [json.loads(element.proto.bytes) for element in page.get("bidi_component")
            if element.proto.component_name == "chart"]
    return any(one["frame"]["moving"] for one in told if "frame" in one)


def rested(page, waits=moves):
    """As it is once nothing more is to come: the page asks again as the browser would, while `waits` says so of it."""
    checked(page)
    for _ in range(600):
        if not waits(page):
            return checked(page.run())
        time.sleep(0.05)
        checked(page.run())
    raise AssertionError("it never came to an end")


def address(page):
    return {name: text if isinstance(text, str) else text[-1] for name, text in page.query_params.items()}


def checked(page):
    assert [error.message for error in page.exception] == []
    return page


def button(page, label):
    return next(b for b in page.button if b.label == label)


def click(page, label):
    return checked(button(page, label).click().run())


def warnings(page):
    """As a reader sees them: in Markdown a backslash before a sign shows the sign."""
    return [re.sub(r"\\(?=[^\w\s])|\\(?=_)", "", warning.value) for warning in page.warning]


def part(page, kind):
    """What the page's session keeps of a kind."""
    return page.session_state[KEY][f"{kind.__module__}.{kind.__qualname__}"]


def settings_of(page):
    """The session's experiment; None where no page has shown it."""
    return part(page, Visited).settings


def values(page):
    return settings_of(page).values


def own_of(page, name):
    """What the page of this name alone has."""
    return part(page, Visited).own[name]


def run_of(page):
    return part(page, Played).run


def race_of(page):
    return part(page, Racing).race


def sent(page):
    """The charts of a page as plain data with the numbers that were drawn, {"data", "layout"} by name: all that its
    session was ever shown, and what its stages show."""
    own = page.session_state[KEY].get(f"{Charts.__module__}.{Charts.__qualname__}", Charts()).sent
    found = {name: specification(one.cell) for name, one in own.items() if isinstance(one.cell, Drawing)}
    for element in charts(page):
        if "live" in element:
            cells = STAGES[element["live"]["token"]].told.cells
            found |= {name: cell.spec for name, cell in cells.items() if isinstance(cell, Shown)}
    return found


def stage_of(page):
    """The one that the page shows."""
    return next(STAGES[element["live"]["token"]] for element in charts(page) if "live" in element)


def at_rest(page):
    """The page once no work beside it, of whatever session, is under way any more."""
    wait_until(lambda: not any(thread.name == "job" for thread in threading.enumerate()))
    return checked(page.run())


def charts(page):
    """What each element of charts is told, in the order of the page: {"columns", "height", "picks", "cells": [...]}.

    A part of a stage has the cells that are its own; they come with the first part that a run of the script shows.
    """
    told = [json.loads(element.proto.bytes) for element in page.get("bidi_component")
            if element.proto.component_name == "chart"]
    frames = {one["live"]["token"]: one["frame"] for one in told if "frame" in one}
    for one in told:
        if "live" in one:
            frame = frames[one["live"]["token"]]
            by_name = {cell["name"]: cell for cell in frame["cells"]}
            one["cells"] = [by_name[name] for name in frame["parts"][one["live"]["part"]]]
    return told


def cells(page):
    """What the page tells the browser of each chart, and of words among them, by name."""
    return {cell["name"]: cell for element in charts(page) for cell in element["cells"]}


def drawn_on(page):
    """The names of the charts of which the page sends a figure."""
    return [name for name, cell in cells(page).items() if "figure" in cell]
