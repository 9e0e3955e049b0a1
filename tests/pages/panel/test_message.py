"""What the browser sends of a panel: each change counts once, in the order in which it was made; what is no change is
nothing."""

import pytest
import streamlit as st

from pages._panel import panel
from pages._panel.panel import MOST, LastTaken
from pages._session import session


@pytest.fixture
def send(monkeypatch):
    """Sends what is the panel's trigger, and gives what was taken by then."""
    state, took = {}, []
    monkeypatch.setattr(st, "session_state", state)

    def sent(trigger, key="it"):
        state[key] = {"set": trigger}
        panel._set(key, took.extend)
        return took

    return sent


def change(n, name="rho", text="0.5", of=""):
    return {"of": of, "name": name, "text": text, "n": n}


def test_what_is_set_is_taken_in_the_order_in_which_it_was(send):
    assert send({"changes": [change(12, text="2"), change(11, "lr", "1", "page.")]}) == [
        ("page.", "lr", "1"), ("", "rho", "2")]


def test_a_message_that_comes_twice_counts_once(send):
    message = {"changes": [change(5), change(6, "lr")]}
    assert send(message) == send(message) == [("", "rho", "0.5"), ("", "lr", "0.5")]


def test_a_message_that_is_late_changes_nothing(send):
    send({"changes": [change(8, text="0.9")]})
    assert send({"changes": [change(7, text="0.1")]}) == [("", "rho", "0.9")]


def test_of_a_message_with_what_is_known_and_what_is_new_the_new_counts(send):
    """The browser repeats what it does not know to have been taken."""
    send({"changes": [change(5)]})
    assert send({"changes": [change(5), change(6, "lr", "1")]})[1:] == [("", "lr", "1")]


def test_panels_count_by_themselves(send):
    send({"changes": [change(9)]})
    assert len(send({"changes": [change(3)]}, key="another")) == 2
    assert session(LastTaken).last == {"it": 9, "another": 3}


@pytest.mark.parametrize("trigger", [
    None, [], "x", 3, {}, {"changes": None}, {"changes": "x"}, {"changes": {}}, {"changes": [None]},
    {"changes": ["rho"]}, {"changes": [[]]}, {"changes": [{}]}, {"changes": [change("7")]}, {"changes": [change(True)]},
    {"changes": [change(7.5)]}, {"changes": [change(float("nan"))]}, {"changes": [change(None)]},
    {"changes": [change(7, name=None)]}, {"changes": [change(7, text=0.5)]}, {"changes": [change(7, of=["page."])]},
    {"changes": [{"name": "rho", "text": "1", "n": 7}]}, {"changes": [change(-7)]}, {"changes": [change(0)]}], ids=str)
def test_what_is_no_change_is_not_taken_and_not_counted(send, trigger):
    assert send(trigger) == []
    assert session(LastTaken).last.get("it", 0) == 0


def test_nonsense_beside_a_change_leaves_the_change(send):
    assert send({"changes": [None, change(4), {"n": 10**30}]}) == [("", "rho", "0.5")]


def test_no_message_is_longer_than_a_panel_can_make_one(send):
    taken = send({"changes": [change(n, text=str(n)) for n in range(1, 2 * MOST)]})
    assert [text for _, _, text in taken] == [str(n) for n in range(1, MOST + 1)]
    assert len(send({"changes": [change(n, text=str(n)) for n in range(MOST + 1, 2 * MOST)]})) == 2 * MOST - 1
