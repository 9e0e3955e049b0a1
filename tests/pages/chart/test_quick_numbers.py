"""A number that draws the stage alone leaves the page around the stage as it was: nothing there may depend on it."""

import pytest

from pages._kit.controls import widgets
from tests.helpers.app_page import checked, named, own_of, settings_of, unfolded, warnings

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


def around(page, but):
    """Everything that is on the page before the stage, but for the widgets of one number; values among it."""
    found = []
    for part in (page.sidebar, page.main):
        for element in part:
            words = element.proto.body if element.type == "html" else ""
            if 'class="verdict' in words:
                break
            key = (getattr(element, "key", None) or "").split("~")[0]
            if not key.endswith(but):
                value = getattr(element, "value", words)
                found.append((element.type, key, getattr(element, "label", None), str(value)))
    return found


def shown_numbers(page, values):
    """Names of the numbers in the sidebar that can be changed and draw the stage alone."""
    keys = {(box.key or "").split("~")[0] for box in page.sidebar.number_input if not box.disabled}
    return [name for name in sorted(values.quick) if f"{values.prefix}type_{name}" in keys]


def held_against_the_whole_page(page, values):
    """Each number at both of its ends; their names."""
    names = shown_numbers(page, values)
    for name in names:
        p, before = values.parameters[name], values.values[name]
        page_before, idle_before = around(page, f"_{name}"), values.without_effect()
        for other in (p.high, p.low):
            checked(named(page.number_input, f"{values.prefix}type_{name}").set_value(type(before)(other)).run())
            assert values.values[name] == other, name
            # a line on values that do not go together, or another control greyed: the stage asks for the whole page
            if not warnings(page) and values.without_effect() == idle_before:
                assert around(page, f"_{name}") == page_before, name
        checked(named(page.number_input, f"{values.prefix}type_{name}").set_value(before).run())
    return names


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
    checked(named(page.number_input, "type_rho").set_value(0.0).run())
    assert settings_of(page).without_effect().keys() - before.keys() == {"spread", "angle"}
    assert named(page.number_input, "type_spread").disabled


def test_only_a_number_that_is_quick_and_leaves_no_line_draws_the_stage_alone(monkeypatch):
    asked = []
    monkeypatch.setattr(widgets, "run_again", asked.append)
    page = opened("playground")
    for value in (0.9, 7.0, 0.8):  # the second is refused; the line that says so goes with the third
        checked(named(page.number_input, "type_rho").set_value(value).run())
    checked(named(page.number_input, "type_n_hidden").set_value(8).run())  # chooses controls
    assert asked == [["stage", "number_rho"], "app", "app"]
