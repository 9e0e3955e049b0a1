"""An address that names no page is told in one line, wherever the app is served."""

from types import SimpleNamespace

import pytest
import streamlit as st

from pages._kit.link import navigation
from pages._kit.link.navigation import PAGES, asked_page, unknown_page
from tests.helpers.app_page import opened, warnings


@pytest.mark.parametrize("name", ["", *PAGES])
def test_an_address_of_a_page_is_not_spoken_of(name):
    assert unknown_page(name) is None


@pytest.mark.parametrize(("name", "came"), [
    ("jacobian", "jacobian"), ("remedies2", "remedies2"), ("%3Cb%3Ex", "<b>x"), ("x" * 60, "x" * 39 + "…")])
def test_one_that_names_no_page_is_told_with_the_pages_there_are(name, came):
    assert unknown_page(name) == ("page must be one of playground, remedies, truncation, jacobians, singular_values, "
                                  f"landscape, precision, derivation, got {came}.")


@pytest.mark.parametrize(("intended", "name"), [(None, ""), ("", ""), ("nosuch", "nosuch")])
def test_the_page_that_was_asked_for_is_the_browser_s_word(monkeypatch, intended, name):
    run = SimpleNamespace(pages_manager=SimpleNamespace(intended_page_name=intended))
    monkeypatch.setattr(navigation, "get_script_run_ctx", lambda: run)
    assert asked_page() == name


def test_without_a_browser_no_page_was_asked_for(monkeypatch):
    monkeypatch.setattr(navigation, "get_script_run_ctx", lambda: None)
    assert asked_page() == ""


@pytest.mark.parametrize("url", ["https://a.b/courses", "https://a.b/~/+", "http://localhost:8501"])
def test_the_path_under_which_the_app_is_served_is_no_page(monkeypatch, url):
    """Streamlit tells an app's address without the slash at its end."""
    monkeypatch.setattr(type(st.context), "url", property(lambda _: url))
    assert warnings(opened()) == []
