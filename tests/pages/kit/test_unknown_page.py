"""An address that names no page is told in one line."""

import pytest

from pages._kit.link.navigation import PAGES, unknown_page


@pytest.mark.parametrize("url", [None, "", "http://localhost:8501", "http://localhost:8501/?rho=1.2", "https://a.b/c/",
                                 *(f"http://localhost:8501/{name}?seed=3" for name in PAGES),
                                 *(f"https://a.b/courses/{name}" for name in PAGES)])
def test_an_address_of_a_page_is_not_spoken_of(url):
    assert unknown_page(url) is None


@pytest.mark.parametrize(("url", "came"), [
    ("http://localhost:8501/jacobian", "jacobian"), ("http://localhost:8501/remedies2?rho=1", "remedies2"),
    ("http://localhost:8501/%3Cb%3Ex", "<b>x"), ("https://a.b/c/" + "x" * 60, "x" * 39 + "…")])
def test_one_that_names_no_page_is_told_with_the_pages_there_are(url, came):
    assert unknown_page(url) == ("page must be one of playground, remedies, truncation, jacobians, singular_values, "
                                 f"landscape, precision, derivation, got {came}.")
