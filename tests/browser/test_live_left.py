"""What is left of the live channel on pages that a reader has been to: nothing. A tab has one line."""

import pytest

from pages._kit.link.navigation import PAGES
from tests.browser.lines import open_lines, plays

pytestmark = pytest.mark.browser

AWAY = [*list(PAGES.values())[1:], PAGES["playground"]]


def visit(tab, title):
    tab.page.get_by_role("link", name=title, exact=True).first.click()
    tab.page.wait_for_function("t => document.title.startsWith(t + ' ·')", arg=title)
    tab.page.wait_for_selector(".chart[data-drawn]")
    tab.wait_for_rest()


@pytest.mark.slow
def test_through_all_pages_and_again_a_tab_has_one_line(opened):
    """Each stage keeps its token for as long as the session lives: a page that is come back to is the same stage."""
    tab = opened()
    for title in 2 * AWAY:
        visit(tab, title)
        tab.page.wait_for_function("lines.filter(({ readyState }) => readyState === WebSocket.OPEN).length === 1")
    urls = tab.page.evaluate("lines.map(({ url }) => url)")
    assert (len(urls), len(set(urls))) == (1 + 2 * len(PAGES), len(PAGES))
    tab.click("Train")
    plays(tab)
    assert open_lines(tab) == 1


def test_over_plain_http_a_page_that_is_left_asks_nothing_any_more(opened):
    """A browser has six connections to a server, and a question is held for long."""
    tab = opened(refused=True)
    tab.wait_for_text("allows no WebSocket")
    under_way, most = set(), []
    tab.page.on("request", lambda one: "/live/" in one.url and "there" not in (one.post_data or "")
                and (under_way.add(one), most.append(len(under_way))))
    for event in ("requestfinished", "requestfailed"):
        tab.page.on(event, lambda one: under_way.discard(one))
    for title in ("Precision", "Singular values", "Derivation", "Playground"):
        visit(tab, title)
        tab.wait_for_text("allows no WebSocket")
    tab.page.wait_for_timeout(500)
    assert 1 <= len(under_way) <= 4, [one.url for one in under_way]
    assert len({one.url for one in under_way}) == 1
    assert max(most) <= 5
    tab.click("Train")
    plays(tab)
