"""The page of truncation without a browser: open it, wait until it rests, read what it says."""

import re

from pages._parts.truncation.seen import TruncationPictures
from tests.helpers import app_page
from tests.helpers.app_page import click, part, run_of, sent


def opened(**query):
    """The page as a link opens it, measured."""
    return rested(app_page.opened("truncation", **query))


def rested(page):
    """As it is once nothing more is to come."""
    return app_page.rested(
        page, lambda page: part(page, TruncationPictures).waits or run_of(page).state == "playing")


def chart(page, name):
    """What the browser was told last."""
    return sent(page)[name].specs[-1][1]


def headlines(page):
    found = [element.proto.body for element in page.get("html") if "verdict" in element.proto.body[:20]]
    return [re.sub(r"<[^>]*>", "", text).replace("−", "-") for text in found]


def recorded(**query):
    page = opened(reruns="30", until_solved="false", **query)
    return rested(click(page, "Record 30 updates here"))


def keyed(page, key):
    return next(b for b in page.button if b.key == key)
