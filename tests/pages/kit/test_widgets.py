"""The rows that are made of parameters: what each says of itself, and what of the page is run again for what is set."""

from dataclasses import replace

import pytest
import streamlit as st

from core.markup import as_html
from core.parameters import number
from core.remedies.base import remedies
from core.remedies.truncation import Truncation
from core.specs.recurrence import Recurrence
from core.training.experiment import flat_parameters
from pages._kit.controls import widgets
from pages._kit.controls.sidebar import remedy_rows
from pages._kit.controls.widgets import field, fields, switched
from pages._kit.link.settings import Settings, Visited, settings
from pages._kit.link.values import STAGE, Values
from pages._session import session

ALL = flat_parameters()


@pytest.fixture(autouse=True)
def again(monkeypatch):
    """A session with settings; what is run again is told in it."""
    monkeypatch.setattr(st, "session_state", {})
    asked = []
    monkeypatch.setattr(widgets, "run_again", asked.append)
    session(Visited).settings = Settings({"orthogonal_init": "true", "clip_norm_threshold": "2.5"})
    return asked


def page(quick=()):
    """Values of a page, some of which only its stage shows."""
    made = Values(Recurrence.parameters() | Truncation.parameters(), {}, "page.")
    made.quick = frozenset(quick)
    return made


def test_a_row_is_called_and_explained_as_its_parameter_is():
    made = field("bias")
    assert (made.name, made.of, made.value, made.parameter) == ("bias", "", 0.0, ALL["bias"])
    assert (made.label, made.heard) == ("Initial bias", "Initial bias")
    assert made.help == f"b<sub>h</sub>. {as_html(settings().help_of('bias'))}"
    assert (made.note, made.refused, made.locked, made.switch) == ("", "", False, None)


def test_a_row_without_effect_says_why_and_is_locked():
    assert (field("rho").note, field("rho").locked) == ("Set by Orthogonal initialisation", True)
    settings().take("truncation", True)
    assert (field("truncation_k1").note, field("truncation_k1").locked) == (
        "No effect: a sequence makes one update", False)


def test_words_of_a_parameter_are_never_taken_for_html():
    spec = {"odd": number(1.0, 0.0, 2.0, step=0.1, label="a < b & c", help="<b>", unit="<u>").metadata["parameter"]}
    made = field("odd", Values(spec, {}, "page."))
    assert (made.label, made.heard, made.help) == ("a &lt; b &amp; c (&lt;u&gt;)", "a < b & c (<u>)", "&lt;b&gt;")


def test_a_row_shows_what_the_page_makes_of_a_value_and_takes_its_look():
    made = field("k1", page(), shown=7, typed=True, bare=True)
    assert (made.value, made.typed, made.bare, made.of) == (7, True, True, "page.")


def test_rows_come_in_the_order_in_which_they_are_asked_for():
    assert [row.name for row in fields(iter(["alpha", "rho", "seed"]))] == ["alpha", "rho", "seed"]


@pytest.mark.parametrize("on", [False, True])
def test_a_remedy_s_first_number_is_behind_its_switch_with_its_value_kept_while_it_is_off(on):
    settings().take("clip_norm", on)
    made = switched("clip_norm", "clip_norm_threshold")
    assert (made.name, made.value, made.switch) == ("clip_norm_threshold", 2.5, field("clip_norm"))
    assert (made.label, made.heard) == (ALL["clip_norm"].label, "Clip threshold θ (gradient norm)")
    assert (made.note, made.locked) == ("", False)  # moved, it switches its remedy on


def test_a_switch_that_changes_nothing_says_so_below_its_number():
    settings().load({"truncation": True, "truncation_k2": 1000})
    made = switched("truncation", "truncation_k2")
    assert made.note == "No effect: the whole sequence is one chunk that is looked back over"
    settings().take("truncation_k2", 5)
    assert switched("truncation", "truncation_k2").note == ""
    settings().load({"truncation": True, "truncation_k2": 60, "task": "sine", "truncation_k1": 10})
    assert (field("truncation").note, field("truncation_k2").note) == (
        "", "No effect beyond 50: a sequence has no more steps")
    assert switched("truncation", "truncation_k2").note == field("truncation_k2").note


@pytest.mark.parametrize("name", remedies())
def test_the_rows_of_a_remedy_are_its_switch_and_its_fields_while_it_is_on(name):
    remedy = remedies()[name]
    settings().take(name, False)
    wanted = [f"{name}_{each}" for each in remedy.spec.parameters()]

    def controls():
        made = remedy_rows(remedy, settings())
        return [one.name for row in made for one in (row.switch, row) if one is not None]

    assert controls() == [name]
    settings().take(name, True)
    assert controls() == [name, *wanted]


# -- what is set ------------------------------------------------------------------------------------------------------


def took(of, *changes, shown=None):
    widgets._took({of.prefix: of}, shown or {}, "it", [(of.prefix, *change) for change in changes])


def test_what_only_the_stage_shows_runs_the_stage_and_its_own_panel(again):
    of = page(quick=["rho"])
    took(of, ("rho", "0.5"))
    assert (of.values["rho"], again) == (0.5, [[STAGE, "it.part"]])


def test_what_is_refused_is_said_by_its_row_which_is_in_the_panel(again):
    of = page(quick=["rho"])
    took(of, ("rho", "9"))
    assert of.values["rho"] == 1.0
    assert field("rho", of).refused == "rho must be a number from 0 to 2, got 9. It stays 1.0."
    assert again == [[STAGE, "it.part"]]
    took(of, ("rho", "0.7"))
    assert (field("rho", of).refused, of.values["rho"]) == ("", 0.7)


def test_the_rest_of_a_message_counts_where_one_of_it_is_refused():
    of = page()
    took(of, ("rho", "nonsense"), ("alpha", "2"))
    assert (of.values["rho"], of.values["alpha"], list(of.refused)) == (1.0, 2.0, ["rho"])


def test_a_line_that_goes_and_what_the_page_around_shows_run_the_whole_page(again):
    of = page(quick=["rho", "alpha"])
    of.problems = ["a line of before"]
    took(of, ("rho", "0.5"))
    took(of, ("rho", "0.6"), ("shape", "gaussian"))
    assert (of.problems, again) == ([], ["app", "app"])


def test_where_nothing_is_quick_the_message_itself_runs_the_page(again):
    took(page(), ("rho", "0.5"))
    assert again == []


@pytest.mark.parametrize(("prefix", "name"), [("page.", "nonsense"), ("page.", "eigenvalue_1_size"), ("other.", "rho"),
                                              ("", "rho"), ("page.", ""), ("page.", "__class__")])
def test_a_name_that_is_none_of_the_panel_s_changes_nothing(prefix, name):
    of, before = page(), dict(page().values)
    widgets._took({"page.": of}, {}, "it", [(prefix, name, "0.5")])
    assert (of.values, of.refused, settings().values["rho"]) == (before, {}, 1.0)


def test_of_two_sets_of_values_in_one_panel_each_takes_its_own():
    of = page()
    widgets._took({"page.": of, "": settings()}, {}, "it", [("", "alpha", "1"), ("page.", "alpha", "2")])
    assert (settings().values["alpha"], of.values["alpha"]) == (1.0, 2.0)


def test_what_stays_is_what_was_shown_where_that_is_not_what_is_kept():
    of = page()
    took(of, ("k1", "0"), ("k2", "0"), shown={("page.", "k1"): 50})
    assert of.refused["k1"].endswith("got 0. It stays 50.")
    assert of.refused["k2"].endswith(f"got 0. It stays {of.values['k2']}.")


def test_what_is_shown_is_kept_apart_only_where_it_is_another(monkeypatch):
    """Values change between the drawing of a panel and what is refused: it stays what it is by then."""
    shown = []
    monkeypatch.setattr(widgets, "panel", lambda rows, took, **more: shown.append(took.args[1]))
    of = page()
    widgets.panel_of(lambda: [*fields(["rho", "alpha"], of), replace(field("k1", of), value=50)], of, key="it")
    assert shown == [{("page.", "k1"): 50}]
