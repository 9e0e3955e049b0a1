"""The page of truncation without a browser: open it, wait until it rests, read what it says."""

import re

from tests.helpers import app_page
from tests.helpers.app_page import cells, click, rested, sent


def opened(**query):
    """The page as a link opens it, measured."""
    return rested(app_page.opened("truncation", **query))


def chart(page, name):
    """What the browser was told last."""
    return sent(page)[name]


def headlines(page):
    said = [*(one.proto.body for one in page.get("html")), *(one.get("html", "") for one in cells(page).values())]
    return [re.sub(r"<[^>]*>", "", text).replace("−", "-") for text in said if "verdict" in text[:20]]


def recorded(**query):
    page = opened(reruns="30", until_solved="false", **query)
    return rested(click(page, "Record 30 updates here"))


def keyed(page, key):
    return next(b for b in page.button if b.key == key)
