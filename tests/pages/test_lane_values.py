"""What a lane of the race has of its own: each value by a switch in front of it, and remedies by theirs."""

import random
from functools import partial

import pytest

from core.parameters import Number
from core.remedies.base import remedies
from core.topics.race.entries import Baseline, RaceSpec, lane_parameters
from pages._kit.link.values import Own
from pages._parts.race.lane_values import LaneValues, of_a_remedy
from tests.helpers import app_page
from tests.helpers.app_page import race_of, warnings
from tests.helpers.panels import put, put_all, refusals, row, rows, tell

SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4", "steps": "12", "seeds": "1"}
OTHERS = [name for name in lane_parameters() if not of_a_remedy(name)]


opened = partial(app_page.opened, "remedies")


def lane(entry, **baseline):
    own = Own("remedies", (RaceSpec, Baseline), {"lanes": entry, **baseline})
    assert own.problems == []
    return LaneValues(own, 1)


@pytest.mark.parametrize("name", OTHERS)
def test_a_value_of_its_own_begins_with_the_baseline_s_and_goes_when_it_is_given_up(name):
    of = lane("clip_norm")
    of.take_text(f"own_{name}", "true")
    assert of.entry == {"clip_norm": True, name: of.own.values[name]}
    of.take_text(f"own_{name}", "true")
    assert of.entry == {"clip_norm": True, name: of.own.values[name]}
    of.take_text(f"own_{name}", "false")
    assert of.entry == {"clip_norm": True}


@pytest.mark.parametrize("name", OTHERS)
def test_a_value_that_is_set_is_the_lane_s_own_from_then_on(name):
    of = lane("leaky")
    parameter = of.parameters[name]
    other = next(value for value in map(partial(parameter.check, name), parameter.legal())
                 if value != of.own.values[name])
    before = of.own.values[name]
    of.take_text(name, parameter.spell(other))
    assert of.entry == {"leaky": True, name: other}
    assert (of.values[name], of.own.values[name]) == (other, before)


@pytest.mark.parametrize("name", remedies())
def test_a_switch_is_said_only_where_it_is_another_than_the_baseline_s(name):
    for shared in (False, True):
        of = lane("lr=0.5", **{name: str(shared).lower()})
        of.take_text(name, str(not shared).lower())
        assert of.entry == {name: not shared, "lr": 0.5}
        assert of.values[name] is not shared
        of.take_text(name, str(shared).lower())
        assert of.entry == {"lr": 0.5}


def test_a_remedy_takes_its_fields_along_and_leaves_those_of_one_that_is_shared():
    of = lane("clip_norm+clip_norm_threshold=0.5+leaky", lstm="true")
    of.take_text("lstm_bias", "4")
    of.take_text("clip_norm", "false")
    assert of.entry == {"leaky": True, "lstm_bias": 4.0}
    of.take_text("lstm", "false")
    of.take_text("lstm", "true")
    assert of.values["lstm"]
    assert "lstm" not in of.entry


def test_switches_come_first_in_the_order_in_which_they_were_thrown():
    of = lane("lr=0.5")
    for name in ("truncation", "clip_norm"):
        of.take_text(name, "true")
    assert list(of.entry) == ["truncation", "clip_norm", "lr"]


@pytest.mark.parametrize(("name", "text"), [
    ("nonsense", "1"), ("own_nonsense", "true"), ("lanes", "lstm"), ("seeds", "2"), ("eigenvalue_1_size", "1"),
    ("", ""), ("own_", "true"), ("task", "adding"), ("steps", "5")])
def test_what_no_lane_has_changes_nothing(name, text):
    of = lane("clip_norm")
    before = dict(of.own.values)
    of.take_text(name, text)
    assert (of.own.values, of.own.problems, of.refused) == (before, [], {})


@pytest.mark.parametrize(("name", "text", "at", "line"), [
    ("rho", "9", "rho", "rho must be a number from 0 to 2, got 9. It stays 0.5."),
    ("own_rho", "perhaps", "rho", "own_rho must be true or false, got perhaps. It stays 0.5."),
    ("own_lr", "", "lr", "own_lr must be true or false, got nothing. It stays 0.03."),
    ("clip_norm", "maybe", "clip_norm", "clip_norm must be true or false, got maybe. It stays true."),
    ("optimizer", "best", "optimizer",
     "optimizer must be one of sgd, momentum, rmsprop, adam, got best. It stays sgd.")])
def test_a_text_that_is_not_allowed_is_one_line_at_its_control_and_changes_nothing(name, text, at, line):
    of = lane("clip_norm+rho=0.5")
    before = of.entry
    of.take_text(name, text)
    assert (of.entry, of.refused, of.own.problems) == (before, {at: line}, [])
    assert LaneValues(of.own, 2).refused == {}  # another lane's
    of.take_text(f"own_{at}" if not of_a_remedy(at) else at, "true")
    assert of.refused == {}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_set_one_after_the_other_is_a_link_that_opens_as_it_is(seed):
    rng = random.Random(seed)
    of = lane("lr=0.5", **{rng.choice(sorted(remedies())): "true"})
    for _ in range(12):
        name = rng.choice(list(of.parameters))
        parameter = of.parameters[name]
        if name in remedies():
            of.take_text(name, rng.choice(("true", "false")))
        elif rng.random() < 0.5 and not of_a_remedy(name):
            of.take_text(f"own_{name}", rng.choice(("true", "false")))
        else:
            of.take_text(name, parameter.spell(parameter.check(name, rng.choice(list(parameter.legal())))))
        again = Own("remedies", (RaceSpec, Baseline), of.own.spelled())
        assert again.problems == []
        assert LaneValues(again, 1).values == of.values


def test_on_the_page_a_lane_s_own_numbers_stand_behind_a_switch():
    page = opened(**SMALL, lanes="clip_norm+rho=0.5")
    own = {one["name"]: one for one in rows(page) if one.get("of") == "remedies.lane1." and "switch" in one
           and one["switch"]["name"] == f"own_{one['name']}"}
    assert set(own) == set(OTHERS)
    assert {name: one["switch"]["text"] for name, one in own.items()} == {
        name: str(name == "rho").lower() for name in OTHERS}
    assert {name for name, one in own.items() if one["kind"] == "number"} == {
        name for name in OTHERS if isinstance(lane_parameters()[name], Number)}
    put_all(page, {"own_lr": True, "lr": 0.5}, of="remedies.lane1.")
    put(page, "own_rho", False, of="remedies.lane1.")
    assert page.query_params["lanes"] == "clip_norm+lr=0.5"
    assert race_of(page).view().lanes[1].experiment.training.lr == 0.5
    assert (warnings(page), refusals(page)) == ([], [])


def test_a_lane_s_message_that_is_late_does_not_bring_the_lane_back():
    page = opened(**SMALL, lanes="clip_norm,leaky")
    panel = row(page, "clip_norm_threshold", of="remedies.lane1.")["panel"]
    page.button(key="remove_lane_1").click().run()
    before = page.query_params["lanes"]
    tell(page, panel, [{"of": "remedies.lane1.", "name": "clip_norm_threshold", "text": "0.5", "n": 10**9}])
    assert page.query_params["lanes"] == before == ",leaky"
    assert warnings(page) == []
