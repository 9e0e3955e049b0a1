"""Two widgets show one number: which of them is made anew when it changes, and what of the page is run again."""

from types import SimpleNamespace

import pytest

from core.parameters import number
from core.specs.recurrence import Recurrence
from core.specs.training import Training
from pages._kit.controls import sidebar, widgets
from pages._kit.link.values import STAGE, Values


@pytest.fixture
def state(monkeypatch):
    """The session; what is run again is told in it."""
    found = {}
    monkeypatch.setattr(widgets.st, "session_state", found)
    monkeypatch.setattr(widgets, "run_again", lambda parts: found.setdefault("again", []).append(parts))
    return found


@pytest.fixture
def values(state):
    made = Values({name: p for spec in (Recurrence, Training) for name, p in spec.parameters().items()}, {}, "page.")
    made.quick = frozenset({"rho"})
    return made


def test_a_widget_keeps_its_key_and_its_first_value_while_it_shows_what_is_kept(state):
    assert widgets.key_and_initial("drag_rho", 1.0) == ("drag_rho", 1.0)
    state["drag_rho"] = 0.5  # the reader moved it, and it was taken
    assert widgets.key_and_initial("drag_rho", 0.5) == ("drag_rho", 1.0)


def test_a_widget_whose_value_came_from_elsewhere_is_another_one(state):
    widgets.key_and_initial("drag_rho", 1.0)
    assert widgets.key_and_initial("drag_rho", 0.5) == ("drag_rho~1", 0.5)
    assert widgets.key_and_initial("drag_rho", 0.5) == ("drag_rho~1", 0.5)
    assert widgets.key_and_initial("drag_rho", 0.7) == ("drag_rho~2", 0.7)
    assert [widgets.replaced(key) for key in ("drag_rho", "drag_rho~1", "drag_rho~2")] == [True, True, False]


def moved(values, state, kind, name, value):
    """What the browser says when a widget is moved."""
    key, _ = widgets.key_and_initial(f"page.{kind}_{name}", values.values[name])
    for twin in ("drag", "type"):
        widgets.key_and_initial(f"page.{twin}_{name}", values.values[name])
    state[key] = value
    widgets._took(values, name, key)
    return key


def test_what_only_the_stage_shows_runs_the_stage_and_its_own_pair(values, state):
    moved(values, state, "drag", "rho", 0.5)
    assert (values.values["rho"], state["again"]) == (0.5, [[STAGE, "page.number_rho"]])


def test_the_twin_is_made_anew_at_once_and_its_old_messages_count_no_more(values, state):
    moved(values, state, "drag", "rho", 0.5)
    assert widgets.replaced("page.type_rho")
    assert not widgets.replaced("page.drag_rho")
    state["page.type_rho"] = 1.5
    widgets._took(values, "rho", "page.type_rho")
    assert (values.values["rho"], len(state["again"])) == (0.5, 1)


@pytest.mark.parametrize(("before", "value"), [([], 9.0), (["a line of before"], 0.5)])
def test_a_line_that_comes_or_goes_runs_the_whole_page(values, state, before, value):
    values.problems = before
    moved(values, state, "type", "rho", value)
    assert state["again"] == ["app"]
    assert bool(values.problems) == (not before)


def test_what_the_page_around_shows_runs_the_page_as_every_widget_does(values, state):
    moved(values, state, "drag", "seed", 7)
    assert (values.values["seed"], "again" in state) == (7, False)
    assert not widgets.replaced("page.type_seed")  # it is when it is drawn


@pytest.mark.parametrize(("low", "high", "value", "stops"), [
    (0.5, 20.0, 2.0, [0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0]), (0.01, 0.1, 0.04, [0.01, 0.02, 0.03, 0.04, 0.05, 0.1]),
    (1.0, 5.0, 7.0, [1.0, 2.0, 3.0, 5.0, 7.0])])
def test_the_stops_of_a_logarithmic_slider(low, high, value, stops):
    parameter = number(low, low, high, step=0.1, log=True, label="x").metadata["parameter"]
    assert widgets._stops(parameter, value) == stops


class Drawn(list):
    """The widgets that a control is made of, by kind."""

    def __getattr__(self, kind):
        def drawn(*args, **more):
            self.append((kind, args, more))
            return SimpleNamespace(__enter__=None)
        return drawn

    def fragment(self, draw, key):
        self.append(("fragment", (), {"key": key}))
        return draw

    def container(self, **more):
        self.append(("container", (), more))
        return _Open()


class _Open:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


def drawn(values, state, monkeypatch, name, **more):
    found = Drawn()
    found.session_state = state
    monkeypatch.setattr(widgets, "st", found)
    widgets.control(name, values, **more)
    return found


def test_a_number_that_only_the_stage_shows_is_a_fragment_of_its_own(values, state, monkeypatch):
    seen = drawn(values, state, monkeypatch, "rho")
    assert [kind for kind, _, _ in seen] == ["fragment", "container", "slider", "number_input"]
    assert seen[0][2] == {"key": "page.number_rho"}
    assert [kind for kind, _, _ in drawn(values, state, monkeypatch, "bias")] == ["container", "slider", "number_input"]


def test_a_number_with_more_stops_than_a_slider_has_pixels_is_typed_and_so_is_what_is_asked_for_so(
        values, state, monkeypatch):
    assert [kind for kind, _, _ in drawn(values, state, monkeypatch, "seed")] == ["number_input"]
    assert [kind for kind, _, _ in drawn(values, state, monkeypatch, "steps")] == ["number_input"]
    assert [kind for kind, _, _ in drawn(values, state, monkeypatch, "bias", typed=True)] == ["number_input"]


@pytest.mark.parametrize(("name", "kind", "args", "shown"), [
    ("n_hidden", "slider", (2, 128), {"step": 1, "value": 16}),
    ("rho", "slider", (0.0, 2.0), {"step": 0.01, "value": 1.0}),
    ("n_hidden", "number_input", (), {"step": 1, "format": "%d", "value": 16, "help": None, "width": 92}),
    ("rho", "number_input", (), {"step": 0.01, "format": "%g", "value": 1.0, "label_visibility": "collapsed"}),
    ("lr", "number_input", (), {"step": 0.0001, "format": "%g", "value": 0.03})])
def test_both_widgets_of_a_number_have_its_range_its_step_and_its_value(values, state, monkeypatch, name, kind, args,
                                                                         shown):
    (found,) = [one for one in drawn(values, state, monkeypatch, name) if one[0] == kind]
    assert found[1][1:] == args
    assert {key: found[2][key] for key in shown} == shown
    assert all(type(found[2][key]) is type(value) for key, value in shown.items())
    assert found[2]["key"] == f"page.{'drag' if kind == 'slider' else 'type'}_{name}"
    assert (found[2]["on_change"], found[2]["args"]) == (widgets._took, (values, name, found[2]["key"]))
    assert not found[2]["disabled"]


def test_a_list_of_numbers_is_written_with_blanks_after_its_commas(values, state, monkeypatch):
    values.take("eigenvalues", [0.5, 0.25 + 0.5j])
    (found,) = drawn(values, state, monkeypatch, "eigenvalues")
    assert (found[0], found[2]["value"], found[2]["key"]) == ("text_input", "0.5, 0.25+0.5j", "page.write_eigenvalues")


def test_a_menu_offers_its_options_by_their_words_and_takes_its_look(values, state, monkeypatch):
    (found,) = drawn(values, state, monkeypatch, "optimizer", label_visibility="collapsed")
    assert (found[0], found[1][1:]) == ("selectbox", (["sgd", "momentum", "rmsprop", "adam"], 0))
    assert found[2]["format_func"]("adam") == "Adam"
    assert found[2]["label_visibility"] == "collapsed"
    values.take("optimizer", "rmsprop")
    assert drawn(values, state, monkeypatch, "optimizer")[0][1][2] == 2


# -- each eigenvalue ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("z", "degrees"), [(1j, 90.0), (-0.5 + 0.5j, 135.0), (0.5 - 0.5j, 45.0), (1 + 0.001j, 1.0),
                                            (-1 + 0.001j, 179.0), (0.3 + 0.4j, 53.13)])
def test_the_angle_of_a_pair_lies_in_the_sliders_range(z, degrees):
    assert sidebar._phase(z) == degrees


@pytest.mark.parametrize(("z", "listed"), [
    (0.1234567 - 0.7654321j, 0.123457 - 0.765432j), (0.5, 0.5), (2.0, 2.0), (1.2000004 + 1.6000004j, 1.2 + 1.6j)])
def test_an_eigenvalue_is_short_enough_for_a_link(z, listed):
    assert sidebar._listed(z) == listed


def test_an_eigenvalue_stays_inside_the_allowed_disc_after_rounding():
    z = 1.41421356 + 1.41421356j
    assert abs(z) < 2.0 < abs(complex(round(z.real, 6), round(z.imag, 6)))
    assert 2.0 - 1e-5 < abs(sidebar._listed(z)) <= 2.0
