"""The one-unit page, without a browser: presets, controls, words, links."""

import csv
import io
from functools import partial

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.parameters import Choice, Number
from core.topics.landscape.one_unit import OneUnit, descents, error_and_gradient
from core.topics.landscape.presets import PRESETS
from core.topics.landscape.view import Descending, Region
from pages._kit.link.values import Own
from pages._parts.landscape.around import descents_csv, look, start_here
from tests.helpers import app_page
from tests.helpers.app_page import cells, checked, drawn_on, own_of, warnings
from tests.helpers.panels import number, press, put, put_all, row

PARAMETERS = {**OneUnit.parameters(), **Descending.parameters(), **Region.parameters()}
DEFAULTS = {name: p.default for name, p in PARAMETERS.items()}
TYPED = [name for name, p in PARAMETERS.items() if isinstance(p, Number) and name != "shown"]


opened = partial(app_page.opened, "landscape")


def own(page):
    return own_of(page, "landscape").values


def words(page):
    return "\n".join(m.value for m in [*page.markdown, *page.caption])


def verdict(page):
    return cells(page)["verdict"]["html"]


@pytest.fixture(scope="module")
def page():
    """One page for tests that do not mind what was done to it before."""
    return opened()


def test_the_page_opens_with_the_defaults_and_no_warning():
    page = opened()
    assert own(page) == DEFAULTS
    assert warnings(page) == []


def test_the_page_shows_three_charts_and_a_headline_with_the_measured_jump():
    page = opened()
    assert drawn_on(page) == ["error_map", "descent", "bifurcation"]
    assert "update 1 jumped 13.2 away" in verdict(page)


def test_no_parameter_of_the_three_specs_has_the_name_of_another():
    assert len(PARAMETERS) == sum(len(kind.parameters()) for kind in (OneUnit, Descending, Region))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_sets_its_values_over_the_defaults_and_says_what_to_look_for(preset):
    page = opened(w="1.5", x0="2", activation="elu", view="surface")
    checked(page.button(key=f"landscape_{preset.name}").click().run())
    assert own(page) == DEFAULTS | preset.values
    assert preset.look in words(page)
    assert warnings(page) == []
    assert drawn_on(page) == [f"error_{preset.values.get('view', 'map')}", "descent", "bifurcation"]


def test_other_values_have_a_line_on_what_to_look_for_too():
    assert look(Region()) in words(opened(w="3"))


@pytest.mark.parametrize("end", ["low", "high", "default"])
def test_every_number_can_be_typed_to_both_ends(page, end):
    wanted = {name: getattr(PARAMETERS[name], end) for name in TYPED}
    put_all(page, wanted)
    assert {name: own(page)[name] for name in TYPED} == pytest.approx(wanted)
    assert warnings(page) == []


def test_every_choice_can_be_made(page):
    """One of each at a time, until the longest list has been gone through, and the defaults again."""
    offered = {name: [*p.options, p.default] for name, p in PARAMETERS.items() if isinstance(p, Choice)}
    for i in range(max(map(len, offered.values()))):
        wanted = {name: options[min(i, len(options) - 1)] for name, options in offered.items()}
        put_all(page, wanted)
        assert {name: own(page)[name] for name in offered} == wanted
        assert drawn_on(page) == [f"error_{own(page)['view']}", "descent", "bifurcation"]


@pytest.mark.slow
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_drawn_where_it_overflows_too(activation):
    page = opened(activation=activation, w="9", b="9", steps="500", width="40", shade="gradient")
    for view in ("map", "surface"):
        if own(page)["view"] != view:
            put(page, "view", view)
        assert own(page)["view"] == view
        assert drawn_on(page) == [f"error_{own(page)['view']}", "descent", "bifurcation"]
        assert "nan" not in verdict(page).lower().replace("the error is nan", "").replace("the gradient is nan", "")


def test_the_updates_shown_can_be_dragged_and_all_of_them_is_the_end():
    page = opened()
    put(page, "shown", 0)
    assert own(page)["shown"] == 0
    assert "At the start" in verdict(page)
    put(page, "shown", 100)
    assert own(page)["shown"] == DEFAULTS["shown"]


def test_all_updates_stay_shown_when_there_are_more_of_them():
    page = opened()
    put(page, "updates", 150)
    assert number(page, "shown") == 150
    assert "After 150 updates" in verdict(page)


def test_fewer_updates_than_shown_show_all_there_are():
    page = opened(shown="80", updates="30")
    assert number(page, "shown") == 30
    assert own(page)["shown"] == 80


def test_the_window_can_be_centred_on_the_start():
    page = opened(w="-3.25", b="1.5")
    press(page, "Centre on the start")
    assert (own(page)["w_mid"], own(page)["b_mid"]) == (-3.25, 1.5)


@pytest.mark.parametrize(("name", "value"), [("w", 11.0), ("b", -11.0), ("steps", 0), ("steps", 501), ("lr", 0.0),
                                             ("threshold", 0.0), ("updates", 301), ("width", 0.0), ("target", 3.0)])
def test_a_typed_value_that_is_not_allowed_gives_one_line_and_changes_nothing(page, name, value):
    before = dict(own(page))
    put(page, name, value)
    assert row(page, name)["refused"].startswith(f"{name} must be ")
    assert own(page) == before


def test_a_hostile_link_opens_with_a_line_for_each_bad_value():
    page = opened(w="5", b="1e999", activation="<script>", steps="50.5", shown="-1", nonsense="1")
    assert len(warnings(page)) == 5
    assert own(page) == DEFAULTS | {"w": 5.0}


def test_the_address_carries_what_differs_from_the_defaults():
    page = opened()
    checked(page.button(key="landscape_attractors").click().run())
    assert {name: np.ravel(text)[0] for name, text in page.query_params.items()} == {
        "w": "5.0", "b": "-2.5", "width": "1.0", "shown": "0"}


@pytest.mark.parametrize(("x", "y", "w", "b", "lines"), [
    (4.1234567, -1.5, 4.123457, -1.5, 0), (12.0, 0.0, 4.69, 0.0, 1), (12.0, -12.0, 4.69, -2.42, 2)])
def test_a_click_sets_the_start_and_outside_the_range_says_so(x, y, w, b, lines):
    values = Own("landscape", (OneUnit, Descending, Region), {})
    start_here(values)({"x": x, "y": y, "trace": 0})
    assert (values.values["w"], values.values["b"], len(values.problems)) == (w, b, lines)


def test_the_command_has_the_fields_of_the_unit_alone():
    page = opened(w="5", b="-2.5", activation="tanh", lr="0.1", width="1")
    command = next(c.value for c in page.code if c.language == "bash")
    assert command == "python -m core surface --w=5.0 --b=-2.5 --activation=tanh"


def test_the_code_on_the_page_runs_and_prints_the_same(capsys):
    page = opened(w="5", b="-2.5", updates="3")
    exec(next(c.value for c in page.code if c.language == "python"), {})
    printed = capsys.readouterr().out
    assert repr(float(error_and_gradient(OneUnit(w=5.0, b=-2.5))[0])) in printed
    assert len(printed.splitlines()[-1].split()) > 4


def test_the_download_has_a_line_for_each_update_of_both():
    ways = descents(OneUnit(), 0.03, (None, 1.0), 4)
    rows = list(csv.reader(io.StringIO(descents_csv(dict(zip(("not clipped", "clipped"), ways, strict=True))))))
    assert rows[0] == ["descent", "update", "w", "b", "error", "gradient_norm"]
    assert len(rows) == 11
    assert [float(text) for text in rows[1][2:]] == [4.69, -2.42, ways[0].error[0], ways[0].gradient[0]]
