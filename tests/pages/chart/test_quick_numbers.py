"""A number that draws its panel and the stage alone leaves the rest of the page as it was: nothing there may depend on
it."""

import pytest

from pages._kit.controls import widgets
from tests.helpers.app_page import checked, own_of, settings_of, unfolded, warnings
from tests.helpers.panels import put, put_all, row, rows

MENUS = ("menu_share", *(f"menu_lane_{slot}" for slot in range(7)))  # closed: what an open one says follows otherwise
SMALL = {"n_hidden": "4", "batch": "2", "steps": "10"}
PLAYGROUNDS = [  # remedies and task, and some of the numbers that have a control then
    ({}, {"seed", "input_scale", "spread", "alpha"}),
    ({"clip_norm": "true", "truncation": "true", "l1": "true", "l2": "true", "omega": "true"},
     {"clip_norm_threshold", "truncation_k1", "truncation_k2", "omega_weight"}),
    ({"lstm": "true", "task": "adding", "clip_value": "true"}, {"lstm_bias", "clip_value_limit"}),
    ({"leaky": "true"}, {"leaky_slowest", "leaky_fastest"}),
    ({"echo_state": "true"}, {"echo_state_rho"}),
    ({"shape": "gaussian", "gru": "true", "task": "generator"}, {"gru_bias"}),
]


def opened(page_name, **query):
    page = unfolded(30)
    for key in MENUS:
        page.session_state[key] = False
    for name, text in query.items():
        page.query_params[name] = text
    return checked(page.switch_page(f"{page_name}.py").run())


def around(page, panel):
    """Everything that is on the page but for the stage and one panel; values among it."""
    found = []
    for part in (page.sidebar, page.main):
        for element in part:
            if element.type == "bidi_component":
                if element.proto.component_name == "panel" and element.proto.id != panel:
                    found.append(element.proto.bytes)
                continue
            words = element.proto.body if element.type == "html" else ""
            found.append((element.type, getattr(element, "key", None), getattr(element, "label", None),
                          str(getattr(element, "value", words))))
    return found


def shown_numbers(page, values):
    """The rows of the numbers that can be changed and draw the stage alone."""
    return [one for one in rows(page) if one.get("of") == values.prefix and one.get("name") in values.quick
            and not one["locked"]]


def held_against_the_whole_page(page, values):
    """Each number at both of its ends; their names."""
    found = shown_numbers(page, values)
    for name, panel in ((one["name"], one["panel"]) for one in found):
        p, before = values.parameters[name], values.values[name]
        page_before, idle_before = around(page, panel), values.without_effect()
        for other in (p.high, p.low):
            put(page, name, type(before)(other), of=values.prefix)
            assert values.values[name] == other, name
            # a line on values that do not go together, or another control greyed: the stage asks for the whole page
            if not warnings(page) and values.without_effect() == idle_before:
                assert around(page, panel) == page_before, name
        put(page, name, before, of=values.prefix)
    return [one["name"] for one in found]


@pytest.mark.parametrize(("query", "some"), PLAYGROUNDS, ids=str)
def test_the_playground_around_the_stage_depends_on_no_quick_number(query, some):
    page = opened("playground", **query, **SMALL)
    names = held_against_the_whole_page(page, settings_of(page))
    idle = settings_of(page).without_effect().keys()
    assert (some | {"seq_len", "lr", "rho", "batch", "steps"}) - idle <= set(names)


def test_the_race_around_the_stage_depends_on_no_quick_number():
    page = opened("remedies", **SMALL, lanes="clip_norm,leaky", omega="true")
    names = held_against_the_whole_page(page, own_of(page, "remedies"))
    assert {"seq_len", "lr", "rho", "seeds", "seed", "n_hidden", "omega_weight"} <= set(names)


def test_a_number_that_greys_other_controls_is_told_to_the_whole_page():
    """A radius of 0 leaves nothing to spread."""
    page = opened("playground", **SMALL)
    before = settings_of(page).without_effect()
    put(page, "rho", 0.0)
    assert settings_of(page).without_effect().keys() - before.keys() == {"spread", "angle"}
    assert row(page, "spread")["locked"]


def test_only_a_number_that_is_quick_and_takes_no_line_away_draws_the_stage_alone(monkeypatch):
    asked = []
    monkeypatch.setattr(widgets, "run_again", asked.append)
    page = opened("playground", colour="red")
    stage = ["stage", "panel_sidebar.part"]
    # the line on the link goes with the first; the second is refused, which its own panel says
    for value, parts in ((0.9, "app"), (7.0, stage), (0.8, stage)):
        put(page, "rho", value)
        assert asked.pop() == parts
    put(page, "n_hidden", 8)  # chooses controls
    put_all(page, {"lr": 0.5, "n_hidden": 9})
    put(page, "activation", "relu")
    assert asked == ["app"] * 3
