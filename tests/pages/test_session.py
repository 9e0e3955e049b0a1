"""What is kept of one browser session: typed parts, over reruns, pages and changes of the code."""

from dataclasses import dataclass, field, make_dataclass

import pytest
import streamlit as st

from pages._session import KEY, session
from tests.helpers.app_page import APP, checked, unfolded


@dataclass
class Counted:
    presses: int = 0
    names: list = field(default_factory=list)


@dataclass
class Other:
    presses: int = 7


@pytest.fixture
def state(monkeypatch):
    state = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_a_part_begins_with_its_defaults_and_is_the_same_one_after_that(state):
    assert session(Counted) == Counted(0, [])
    session(Counted).presses += 1
    session(Counted).names.append("a")
    assert session(Counted) is session(Counted)
    assert session(Counted) == Counted(1, ["a"])
    assert session(Other) == Other(7)


def test_another_session_has_parts_of_its_own(monkeypatch):
    for presses in (3, 4):
        monkeypatch.setattr(st, "session_state", {})
        assert session(Counted) == Counted(0, [])
        session(Counted).presses = presses


def test_all_parts_stand_under_one_key(state):
    session(Counted), session(Other)
    assert list(state) == [KEY]


def anew(**fields):
    """The class of the part as it is after a change of its module: another object of the same name."""
    kind = make_dataclass("Counted", [(name, type(value), field(default=value)) for name, value in fields.items()])
    kind.__module__, kind.__qualname__ = Counted.__module__, Counted.__qualname__
    return kind


def test_a_part_of_a_class_that_was_loaded_anew_is_one_of_the_new_class_and_knows_what_it_knew(state):
    session(Counted).presses = 3
    session(Counted).names.append("a")
    now = anew(presses=0, added="default")
    part = session(now)
    assert type(part) is now
    assert (part.presses, part.added) == (3, "default")
    assert not hasattr(part, "names")
    assert session(now) is part


def test_a_session_goes_on_after_its_modules_were_loaded_anew(monkeypatch):
    """As Streamlit does when a file has been saved: the run that was made before is still the session's."""
    page = checked(unfolded(30).run())
    assert page._script_path == APP
    before = dict(page.session_state[KEY])
    for name, part in before.items():
        kind = type(part)
        again = make_dataclass(kind.__name__, [(one.name, object, one) for one in kind.__dataclass_fields__.values()])
        again.__module__, again.__qualname__ = kind.__module__, kind.__qualname__
        page.session_state[KEY][name] = again(**vars(part))  # of a class that no module has any more
    checked(page.run())
    after = page.session_state[KEY]
    assert {name: type(part) for name, part in after.items()} == {name: type(part) for name, part in before.items()}
    assert all(getattr(after[name], field) is value for name, part in before.items() for field, value in
               vars(part).items() if field in ("run", "settings", "sent", "versions"))
