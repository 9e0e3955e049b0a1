"""What is folded away is made while it is open; a menu stays open when its label changes."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages._kit.controls.expanders import Menus
from tests.helpers.app_page import part

WAYS = ("folded", "menu_button")


def script(way: str) -> None:
    import streamlit as st

    from pages._kit.controls import expanders

    more = {"line": "what is in it"} if way == "folded" else {}
    label = "label" + st.session_state.get("grows", "")
    if not label.endswith("gone"):
        getattr(expanders, way)(label, lambda: st.text_input("inside", key="inside"), key="it", **more)


def opened(way):
    return AppTest.from_function(script, args=(way,)).run()


def is_open(page):
    assert [error.message for error in page.exception] == []
    assert not page.warning
    return len(page.text_input) == 1


@pytest.mark.parametrize("way", WAYS)
def test_it_is_made_when_it_is_opened_and_gone_when_it_is_closed(way):
    page = opened(way)
    key = "fold_it" if way == "folded" else "menu_it"
    assert not is_open(page)
    page.session_state[key] = True
    assert is_open(page.run())
    page.session_state[key] = False
    assert not is_open(page.run())


def test_what_is_folded_away_is_told_in_a_line_while_it_is():
    page = opened("folded")
    for state in (False, True, False):
        page.session_state["fold_it"] = state
        assert [line.value for line in page.run().caption] == ["what is in it"] * (not state)


@pytest.mark.parametrize("state", [True, False])
def test_another_label_leaves_a_menu_as_it_was(state):
    page = opened("menu_button")
    page.session_state["menu_it"] = state
    assert is_open(page.run()) == state
    for grows in ("", "!", "!!", "!!", ""):
        page.session_state["grows"] = grows
        assert is_open(page.run()) == state


@pytest.mark.parametrize("way", WAYS)
def test_what_was_gone_meanwhile_comes_back_closed(way):
    """The lane of this menu was removed, and another takes its place."""
    page = opened(way)
    page.session_state["fold_it" if way == "folded" else "menu_it"] = True
    assert is_open(page.run())
    for grows in ("gone", "another"):
        page.session_state["grows"] = grows
        page.run()
    assert not is_open(page)


def test_a_menu_keeps_its_label_while_it_is_open_and_has_the_new_one_then():
    """A new label would be a new menu, which opens where the reader has closed the old one meanwhile."""
    page = opened("menu_button")
    seen = []
    for state, grows in ((False, ""), (False, "!"), (True, "!"), (True, "!!"), (True, "!!!"), (False, "!!!")):
        page.session_state["menu_it"] = state
        page.session_state["grows"] = grows
        assert is_open(page.run()) == state
        seen.append((label_of(page), part(page, Menus).labels["menu_it"]))
    assert seen == [(label, label) for label in ("label", "label!", "label!", "label!", "label!", "label!!!")]


def label_of(page):
    (found,) = [block.proto.popover.label for block in blocks(page._tree) if block.proto.HasField("popover")]
    return found


def blocks(block):
    for child in getattr(block, "children", {}).values():
        if type(getattr(child, "proto", None)).__name__ == "Block":
            yield child
        yield from blocks(child)
