"""What a browser may load for a page, in a browser that holds to it: the app lacks nothing, and hears no complaint."""

from __future__ import annotations

import re

import pytest

from tests.browser.tab import WAIT

pytestmark = pytest.mark.browser

DRAWN = ".chart[data-draws]"
# Charts; formulas; a surface, which Plotly draws; and what loads Plotly, draws a picture and gives it as a file.
PAGES = {"": DRAWN, "derivation?step=6": ".katex", "landscape?view=surface": ".chart .gl-container canvas"}


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    running = chromium(tmp_path_factory.mktemp("strict"))
    page = running.new_page()
    page.set_default_timeout(WAIT)
    page.told = []
    page.on("pageerror", lambda error: page.told.append(str(error)))
    page.on("console", lambda one: page.told.append(one.text) if "Security Policy" in one.text else None)
    yield page
    running.close()


def test_every_part_of_the_app_works_under_its_policy(page, server):
    for name, part in PAGES.items():
        page.goto(f"{server.url}/{name}")
        page.wait_for_selector(part)
    page.get_by_role("link", name="Playground", exact=True).first.click()
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile(r"^update [1-9]\d* of")).first.wait_for()
    page.get_by_role("button", name="Explore: Loss").click()
    for what in ("PNG", "SVG"):
        with page.expect_download() as download:
            page.locator(f"dialog.explore [data-title='Save {what}']").click()
        assert len(download.value.path().read_bytes()) > 1000
    assert page.told == []


FORBIDDEN = ["document.head.append(Object.assign(document.createElement('script'), { text: 'window.done = 1' }))",
             "document.body.setAttribute('onclick', 'window.done = 1'), document.body.click()",
             "setTimeout('window.done = 1')", "fetch('http://127.0.0.1:9/').then(() => { window.done = 1; }, () => {})"]


def test_what_a_page_must_not_do_a_browser_keeps_it_from(page, server):
    page.goto(f"{server.url}/_stcore/health")
    for text in FORBIDDEN:
        with page.expect_console_message(lambda said: "Security Policy" in said.text):
            page.evaluate(f"() => {{ {text}; }}")
        assert page.evaluate("window.done") is None
