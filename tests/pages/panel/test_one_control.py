"""On every page each parameter that the page shows has exactly one control."""

import re

import pytest

from core.parameters import Choice, Flag, Number
from core.remedies.base import remedies
from core.topics.singular_values.example_matrices import ENTRIES, TWO
from pages._kit.link.navigation import PAGES
from pages._kit.link.settings import parameters
from tests.helpers.app_page import checked, click, own_of, settings_of, unfolded
from tests.helpers.panels import panels, rows

SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}
KINDS = {"number": Number, "choice": Choice, "flag": Flag}
ALL_ON = dict.fromkeys(("clip_norm", "truncation", "omega", "l1", "l2", "clip_value", "clip_jacobian"), "true")
CASES = [*((page, {}) for page in PAGES), ("playground", SMALL | {"eigenvalues": "0.5+0.5j,0.9"}),
         ("playground", SMALL | ALL_ON), *(("playground", SMALL | {name: "true", "task": "generator"})
                                           for name in remedies() if name not in ALL_ON),
         ("derivation", SMALL | {"step": "15"}), ("truncation", SMALL | {"truncation": "true"}),
         ("singular_values", SMALL | {"matrix": "yours"}), ("singular_values", {"matrix": TWO}),
         ("remedies", SMALL | ALL_ON | {"lanes": "lstm,truncation+clip_norm,echo_state", "seeds": "1"})]


@pytest.fixture(scope="module", params=CASES, ids=str)
def page(request):
    name, query = request.param
    app = unfolded(60)
    for key, text in query.items():
        app.query_params[key] = text
    if name != "playground":
        app.switch_page(f"{name}.py")
    checked(app.run())
    if name in ("playground", "jacobians", "truncation"):
        click(click(app, "Step"), "Step")  # there is a history
    return name, app


def declared(name, app):
    """Prefix of each set of values on the page -> its parameters, and what they are now."""
    own, shared = own_of(app, name), settings_of(app)
    found = {own.prefix: (own.parameters, own.values)}
    return found | ({"": (parameters(), shared.values)} if shared is not None else {})


def test_no_parameter_has_two_controls_and_each_has_one_of_its_kind(page):
    name, app = page
    seen = {}
    for row in rows(app):
        if "text" not in row:
            continue
        assert (row["of"], row["name"]) not in seen
        seen[row["of"], row["name"]] = row
    known = declared(name, app)
    for (of, one), row in seen.items():
        if of in known and one in known[of][0]:
            parameter = known[of][0][one]
            assert row["kind"] == next((kind for kind in KINDS if isinstance(parameter, KINDS[kind])), "text")
            if row["kind"] == "number":
                assert (row["low"], row["step"], row["log"]) == (parameter.low, parameter.step, parameter.log)
    assert len(seen) >= 4


def test_nothing_of_streamlit_s_sets_a_parameter(page):
    """What there is of it: a lane to be added, a guess; and buttons."""
    _, app = page
    assert [one for kind in ("slider", "select_slider", "number_input", "toggle", "checkbox", "text_input",
                             "text_area", "multiselect", "radio") for one in getattr(app, kind)] == []
    assert {one.label for one in app.selectbox} <= {"Add a remedy"}


def test_every_slider_and_field_shows_the_value_that_is_kept(page):
    """But those of which the page makes another use: letters of a word, rows of a map, updates of a descent."""
    name, app = page
    for row in rows(app):
        parameters_, values = declared(name, app).get(row.get("of"), ({}, {}))
        if row.get("name") in parameters_ and row["name"] not in ("t", "k", "shown"):
            assert parameters_[row["name"]].parse(row["name"], row["text"]) == values[row["name"]]


def test_what_is_told_of_a_control_is_whole(page):
    _, app = page
    for row in rows(app):
        if "text" in row:
            assert row["heard"]
            assert not re.search(r"[<&\\]|\$", row["heard"])
            assert row["id"] == f"{row['of']}{row['name']}"
            assert "value" not in row
    for panel in panels(app):
        ids = [(row["kind"], row["id"]) for row in rows(app) if row["panel"] == panel["id"] and "id" in row]
        assert len(ids) == len(set(ids))
        assert panel["taken"] == 0


# Of the experiment; what a page has of its own it shows all of.
CORE = {"rho", "seq_len", "lr", "n_hidden", "bias", "input_scale", "seed"}
SHOWN = {
    "playground": CORE | {"clip_norm_threshold", "truncation_k2", "spread", "angle", "alpha", "steps", "batch"},
    "jacobians": CORE | {"spread", "angle", "alpha"},
    "truncation": CORE | {"truncation_k2", "clip_norm_threshold", "steps", "alpha", "batch"},
    "derivation": CORE | {"spread", "angle", "alpha"},
    "singular_values": set(), "landscape": set(), "precision": set(), "remedies": set(),
}
STEPWISE = {"step", "t", "k", "k2", "leak"}  # of the derivation: the step, and what the step asks for


def test_every_number_that_a_page_shows_has_its_control(page):
    name, app = page
    own, shared = own_of(app, name), settings_of(app)
    there = {(row["of"], row["name"]) for row in rows(app) if row.get("kind") == "number"}
    wanted = {("", one) for one in SHOWN[name]}
    wanted |= {(own.prefix, one) for one, p in own.parameters.items() if isinstance(p, Number)}
    if name in ("playground", "remedies"):  # the fields of what is on, and of what is not those in front
        values, prefix = (shared.values, "") if name == "playground" else (own.values, own.prefix)
        fields = {remedy: [f"{remedy}_{field}" for field, p in one.spec.parameters().items() if isinstance(p, Number)]
                  for remedy, one in remedies().items()}
        wanted -= {(prefix, field) for remedy in fields for field in fields[remedy]}
        wanted |= {(prefix, field) for remedy in fields if values[remedy] for field in fields[remedy]}
        if name == "remedies" and values["shape"] != "spectrum":  # what then acts on nothing
            wanted -= {(prefix, one) for one in ("spread", "angle", "alpha")}
    if name == "derivation":
        wanted -= {(own.prefix, one) for one in STEPWISE}
    if name == "singular_values" and own.values["matrix"] != TWO:
        wanted -= {(own.prefix, one) for one in ENTRIES}
    assert wanted <= there


def test_every_page_says_which_numbers_it_shows():
    assert set(SHOWN) == set(PAGES)
