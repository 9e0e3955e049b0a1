"""Which preset is on the page: the one whose settings it shows, however it was reached."""

import re

import pytest
import streamlit as st

from core.live.player import Playback
from core.topics.playground.presets import PRESETS
from core.topics.precision.powers import Powers
from core.topics.race.demos.base import demos
from core.topics.race.demos.outcome import demo_values
from core.topics.race.entries import Baseline, RaceSpec
from core.topics.race.presets import RACES
from core.training.experiment import flat_parameters
from pages._kit.controls.presets import look_of, of_experiment
from pages._kit.link.settings import Settings, Visited
from pages._kit.link.values import Own
from pages._parts.race.race import demo_on_page, look
from pages._session import session
from tests.helpers.app_page import checked, unfolded, values
from tests.helpers.panels import put


def race_page():
    return Own("remedies", (RaceSpec, Playback, Baseline), {})


def test_a_page_shows_what_is_asked_for_over_the_defaults_and_nothing_else():
    own = Own("precision", (Powers,), {})
    assert own.shows({})
    own.take("rate", 0.25)
    assert own.shows({"rate": 0.25})
    assert not own.shows({"rate": 0.5})
    own.take("steps", 33)
    assert not own.shows({"rate": 0.25})
    assert own.shows({"rate": 0.25}, but=["steps"])
    assert own.shows({"rate": 0.25, "steps": 44}, but=["steps"])


@pytest.mark.parametrize("demo", demos().values(), ids=demos())
def test_a_demo_is_known_by_its_settings_however_it_is_watched(demo):
    own = race_page()
    own.load({**demo_values(demo), "pace": "max", "card": demo.remedy})
    assert demo_on_page(own) is demo
    assert look(own).startswith(f"**{demo.title}.** ")
    own.take("lanes", ())
    assert demo_on_page(own) is None
    own.load({**demo_values(demo), "lr": 7.0})
    assert demo_on_page(own) is None


@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
def test_a_race_is_known_by_its_settings_however_it_is_watched(race):
    own = race_page()
    own.load({**race.values, "pace": "max", "card": "lstm"})
    assert look(own) == look_of(race)
    own.take("seeds", 2)
    assert look(own).startswith("The same seeds and the same batches in every lane")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_of_the_experiment_is_known_by_its_settings(preset, monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    session(Visited).settings = Settings({"pace": "5", "lr": "7"})
    assert of_experiment(PRESETS) is None
    session(Visited).settings.load(preset.values)
    assert of_experiment(PRESETS) is preset
    session(Visited).settings.take("seed", 77)
    assert of_experiment(PRESETS) is None


def marked(page):
    """Keys of the buttons that a style of the page marks."""
    return re.findall(r"\.st-key-(\w+) button \{ border-color", "".join(one.proto.body for one in page.get("html")))


def test_a_link_to_a_preset_says_which_it_is_and_what_to_look_for():
    page = unfolded(60)
    for name, text in PRESETS["vanishing"].experiment.spelled().items():
        page.query_params[name] = text
    checked(page.run())
    assert marked(page) == ["preset_vanishing"]
    assert look_of(PRESETS["vanishing"]) in [one.value for one in page.caption]
    put(page, "rho", 0.77)
    assert marked(page) == []
    checked(page.button(key="preset_exploding").click().run())
    assert marked(page) == ["preset_exploding"]
    assert {name: values(page)[name] for name in flat_parameters()} == {
        **{name: p.default for name, p in flat_parameters().items()}, **PRESETS["exploding"].values}


@pytest.mark.parametrize(("page", "key"), [("truncation", "truncation_short"), ("landscape", "landscape_cycle"),
                                           ("precision", None), ("singular_values", "example_diagonal"),
                                           ("remedies", "preset_race_harm"), ("jacobians", "preset_exploding")])
def test_on_every_page_the_button_that_was_pressed_is_the_one_that_is_marked(page, key):
    app = checked(unfolded(60).switch_page(f"{page}.py").run())
    key = key or [one.key for one in app.button if (one.key or "").startswith("precision_")][-1]
    checked(app.button(key=key).click().run())
    assert marked(app) == [key]
