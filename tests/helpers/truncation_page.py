"""The page of truncation without a browser: open it, wait until it rests, read what it says."""

import re
import time

from pages._parts.truncation.seen import TruncationPictures
from tests.helpers.app_page import checked, click, part, run_of, sent, unfolded


def opened(**query):
    """The page as a link opens it, measured."""
    page = unfolded(60)
    for name, text in query.items():
        page.query_params[name] = text
    return rested(page.switch_page("pages/truncation.py").run())


def rested(page):
    """As it is once nothing more is to come: the page asks again as the browser would."""
    checked(page)
    for _ in range(600):
        if not part(page, TruncationPictures).waits and run_of(page).state != "playing":
            return checked(page.run())
        time.sleep(0.05)
        checked(page.run())
    raise AssertionError("it never came to an end")


def chart(page, name):
    """What the browser was told last."""
    return sent(page)[name].specs[-1][1]


def headlines(page):
    found = [element.proto.body for element in page.get("html") if "verdict" in element.proto.body[:20]]
    return [re.sub(r"<[^>]*>", "", text).replace("−", "-") for text in found]


def address(page):
    return {name: text if isinstance(text, str) else text[-1] for name, text in page.query_params.items()}


def recorded(**query):
    page = opened(reruns="30", until_solved="false", **query)
    return rested(click(page, "Record 30 updates here"))


def keyed(page, key):
    return next(b for b in page.button if b.key == key)
