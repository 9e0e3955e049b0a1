"""The race of remedies: what the page shows is what the engine says, and every control, card and button of its own."""

import re
from dataclasses import replace
from functools import partial

import pytest

from core.live.player import PACES
from core.markup import as_html, as_markdown
from core.remedies.base import remedies
from core.remedies.costs import cost_of
from core.topics.race.demos.base import demos
from core.topics.race.effect import listed
from core.topics.race.entries import Baseline, RaceSpec
from pages._parts.race import cards
from tests.helpers import app_page
from tests.helpers.app_page import button, cells, checked, click, own_of, race_of, sent, warnings
from tests.helpers.panels import put, refusals, rows
from tests.helpers.waiting import wait_until

pytestmark = pytest.mark.usefixtures("own_jobs")

CHARTS = {"race_loss", "race_norm", "race_by_step", "race_flow"}
SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4", "steps": "12", "pace": "max", "until_solved": "false",
         "seeds": "2"}


opened = partial(app_page.opened, "remedies")


def own(page):
    return own_of(page, "remedies")


def race(page):
    return race_of(page)


def rested(page):
    """The page once its race rests."""
    wait_until(lambda: race(page).settled)
    return checked(page.run())


def verdict(page):
    return re.sub("<[^>]*>", "", cells(page)["verdict"]["html"])


def table(page):
    return cells(page)["race_table"]["html"]


def test_the_page_opens_without_a_warning_and_with_four_charts():
    page = opened()
    assert warnings(page) == []
    assert set(sent(page)) >= CHARTS


@pytest.mark.parametrize("asked", [True, False])
def test_whether_a_lane_ends_where_it_is_solved_is_what_the_switch_says(asked):
    page = opened(**SMALL | {"until_solved": str(asked).lower()}, lanes="clip_norm")
    assert [lane.until_solved for lane in race(page)._lanes] == [asked, asked]


def test_a_link_says_who_races():
    page = opened(**SMALL, lanes="clip_norm,,leaky+clip_norm")
    assert [(lane.slot, lane.title) for lane in race(page).view().lanes] == [
        (0, "SGD"), (1, "clip norm"), (3, "leaky + clip norm")]
    assert race(page).view().seeds == (0, 1)


def test_the_address_is_the_link():
    page = opened(**SMALL, lanes="clip_norm,,leaky+clip_norm")
    assert page.query_params["lanes"] == "clip_norm,,leaky+clip_norm"
    assert page.query_params["seeds"] == "2"


def test_the_race_runs_to_its_end_and_says_what_came_of_it():
    page = rested(click(opened(**SMALL, lanes="clip_norm"), "Race"))
    view = race(page).view()
    assert (view.state, view.front) == ("finished", 12)
    assert "solved 0 of 2 in 12 updates" in verdict(page)
    assert "0 of 2" in table(page)


def test_the_race_is_paused_and_goes_on():
    page = click(opened(**SMALL | {"steps": "20000", "pace": "120"}, lanes="clip_norm"), "Race")
    wait_until(lambda: race(page).front > 2)
    click(page, "Pause")
    assert race(page).state == "paused"
    front = race(page).front
    click(page, "Go on")
    wait_until(lambda: race(page).front > front)
    race(page).pause()


def test_a_step_is_one_update():
    page = click(opened(**SMALL, lanes="clip_norm"), "Step")
    assert [lane.updates for lane in race(page).view().lanes] == [1, 1]


def test_reset_gives_the_initial_networks_again():
    page = click(click(opened(**SMALL, lanes="clip_norm"), "Step"), "Reset")
    assert (race(page).front, race(page).state) == (0, "ready")


def test_a_race_that_has_ended_starts_again():
    page = rested(click(opened(**SMALL), "Race"))
    click(page, "Race again")
    wait_until(lambda: race(page).settled)
    assert (race(page).state, race(page).front) == ("finished", 12)


def test_a_remedy_that_is_added_in_the_middle_catches_up():
    page = opened(**SMALL, lanes="clip_norm")
    for _ in range(3):
        click(page, "Step")
    checked(next(s for s in page.selectbox if s.label == "Add a remedy").select("truncation").run())
    assert [lane.updates for lane in race(page).view().lanes] == [3, 3, 0]
    click(page, "Step")
    assert [lane.updates for lane in race(page).view().lanes] == [4, 4, 4]


def test_a_lane_can_be_removed_and_the_others_keep_their_places():
    page = opened(**SMALL, lanes="clip_norm,truncation")
    checked(page.button(key="remove_lane_1").click().run())
    assert [(lane.slot, lane.title) for lane in race(page).view().lanes] == [(0, "SGD"), (2, "truncation")]


def test_a_removed_lane_is_the_first_that_is_filled_again():
    page = opened(**SMALL, lanes=",truncation")
    checked(next(s for s in page.selectbox if s.label == "Add a remedy").select("clip_norm").run())
    assert own(page).values["lanes"] == ((("clip_norm", True),), (("truncation", True),))


def test_a_field_of_a_lane_is_its_own():
    page = opened(**SMALL, lanes="clip_norm,clip_norm")
    put(page, "clip_norm_threshold", 0.5, of="remedies.lane2.")
    lanes = race(page).view().lanes
    assert [lane.experiment.remedies[0].threshold for lane in lanes[1:]] == [1.0, 0.5]
    assert page.query_params["lanes"] == "clip_norm,clip_norm+clip_norm_threshold=0.5"


def test_remedies_can_be_put_together_in_one_lane():
    page = opened(**SMALL, lanes="clip_norm")
    put(page, "leaky", True, of="remedies.lane1.")
    assert race(page).view().lanes[1].title == "clip norm + leaky"


def test_a_remedy_that_leaves_a_lane_takes_its_fields_along():
    page = opened(**SMALL, lanes="clip_norm+clip_norm_threshold=0.5+truncation")
    put(page, "clip_norm", False, of="remedies.lane1.")
    assert own(page).values["lanes"] == ((("truncation", True),),)


def test_a_field_of_a_remedy_that_the_baseline_has_can_be_a_lane_s_own():
    page = opened(**SMALL, lanes="lstm_bias=4", lstm="true")
    put(page, "lstm_bias", 3.0, of="remedies.lane1.")
    assert [lane.experiment.remedies[0].bias for lane in race(page).view().lanes] == [1.0, 3.0]
    put(page, "clip_norm", True, of="remedies.lane1.")
    assert race(page).view().lanes[1].experiment.values()["lstm_bias"] == 3.0


def test_a_lane_can_have_an_optimizer_of_its_own():
    page = opened(**SMALL, lanes="clip_norm")
    put(page, "own_optimizer", True, of="remedies.lane1.")
    assert page.query_params["lanes"] == "clip_norm+optimizer=sgd"
    put(page, "optimizer", "adam", of="remedies.lane1.")
    assert [lane.experiment.training.optimizer for lane in race(page).view().lanes] == ["sgd", "adam"]


def test_a_remedy_of_the_baseline_is_shared_by_all_lanes():
    page = opened(**SMALL, lanes="leaky")
    put(page, "clip_norm", True, of="remedies.")
    assert all(lane.experiment.values().get("clip_norm") for lane in race(page).view().lanes)


def test_two_remedies_that_do_not_go_together_give_one_line_and_leave_the_lane_out():
    page = opened(**SMALL, lanes="lstm+gru,clip_norm")
    (line,) = warnings(page)
    assert line.startswith("Lane 1, lstm + gru, is left out:")
    assert [lane.slot for lane in race(page).view().lanes] == [0, 2]


@pytest.mark.parametrize(("query", "word"), [({"lanes": "<script>"}, "lanes must be"), ({"seeds": "9"}, "seeds must"),
                                             ({"card": "nothing"}, "card must be"), ({"rho": "nan"}, "rho must be"),
                                             ({"nonsense": "1"}, "nonsense is not a parameter")])
def test_a_link_that_is_not_usable_gives_one_line(query, word):
    (line,) = warnings(opened(**SMALL | query))
    assert line.startswith(word)


def test_a_typed_value_of_a_lane_that_is_not_allowed_gives_one_line_and_changes_nothing():
    page = opened(**SMALL, lanes="clip_norm")
    put(page, "clip_norm_threshold", -3.0, of="remedies.lane1.")
    (line,) = refusals(page)
    assert line.startswith("clip_norm_threshold must be")
    assert own(page).values["lanes"] == ((("clip_norm", True),),)


def test_more_lanes_than_there_is_room_for_give_one_line():
    page = opened(**SMALL, lanes=",".join(["clip_norm"] * 6), card="leaky")
    assert all(s.label != "Add a remedy" for s in page.selectbox)
    checked(page.button(key="race_leaky").click().run())
    (line,) = warnings(page)
    assert line.startswith("At most 6 lanes")


def test_the_task_is_that_of_all_lanes():
    page = opened(**SMALL, lanes="clip_norm")
    put(page, "task", "adding", of="remedies.")
    assert {lane.experiment.task.task for lane in race(page).view().lanes} == {"adding"}


@pytest.mark.parametrize("name", remedies())
def test_every_remedy_has_a_card_with_its_equation_source_and_drawback(name):
    page = opened(**SMALL, card=name)
    said = "\n".join(found.value for found in (*page.markdown, *page.latex))
    remedy = remedies()[name]
    for words in (remedy.product, remedy.when, remedy.cost, remedy.harms, remedy.taken, cost_of(name).text):
        assert as_markdown(words) in said
    assert remedy.equation in said
    assert (as_markdown(str(remedy.source)) in said) == (remedy.source is not None)
    assert "remedy_effect" in sent(page)


def test_a_card_adds_its_remedy_to_the_race():
    page = opened(**SMALL, lanes="clip_norm", card="leaky")
    checked(page.button(key="race_leaky").click().run())
    assert [lane.title for lane in race(page).view().lanes] == ["SGD", "clip norm", "leaky"]


def test_a_card_is_opened_by_its_name():
    page = opened(**SMALL)
    put(page, "card", "omega")
    assert own(page).values["card"] == "omega"
    assert page.query_params["card"] == "omega"


def test_all_remedies_are_listed():
    assert sorted(listed()) == sorted(remedies())


@pytest.mark.slow
@pytest.mark.parametrize("name", demos())
def test_a_demo_starts_with_its_two_lanes(name):
    demo = demos()[name]
    page = opened(**SMALL, card=demo.remedy)
    checked(page.button(key=f"show_{name}").click().run())
    lanes = race(page).view().lanes
    race(page).pause()
    assert [lane.experiment for lane in lanes] == [demo.experiment(on=on, seed=1000) for on in (False, True)]
    assert warnings(page) == []


@pytest.mark.slow
def test_a_demo_that_has_ended_says_what_came_of_its_claim():
    page = opened(**SMALL, card="orthogonal_kept")
    checked(page.button(key="show_orthogonal_kept_copies").click().run())
    race(page).playback = replace(race(page).playback, pace="max")
    page = rested(page)
    said = cells(page)["claim"]["html"]
    demo = demos()["orthogonal_kept_copies"]
    assert f"<b>● As claimed.</b> {as_html(demo.claim)} Here: 5 of 5 seeds solved in 200 updates; baseline 0" in said
    assert 'role="status"' in said


def test_the_share_menu_has_a_command_for_every_lane():
    page = opened(**SMALL, lanes="clip_norm,leaky")
    commands = [found.value for found in page.code if found.value.startswith("python -m core train")]
    assert len(commands) == 3
    assert "--clip_norm" in commands[1]


def test_every_pace_and_every_band_can_be_chosen():
    page = opened(**SMALL, lanes="clip_norm")
    for band in ("quartiles", "range"):
        put(page, "band", band, of="remedies.")
    for pace in PACES:
        put(page, "pace", pace, of="remedies.")
    assert race(page).playback.pace == PACES[-1]


def test_the_fields_of_the_race_and_of_the_experiment_do_not_share_a_name():
    assert not set(RaceSpec.parameters()) & set(Baseline.parameters())


def test_a_session_that_ends_pauses_its_race(monkeypatch):
    from pages._kit.playing.player import Lease

    held = Lease()
    monkeypatch.setattr("pages._parts.race.race.lease", lambda name: held)
    page = click(opened(**SMALL | {"steps": "20000"}, lanes="clip_norm"), "Race")
    assert race(page).state == "playing"
    held.end()
    assert race(page).state == "paused"


def test_the_button_that_pauses_is_there_only_while_the_race_is_on():
    page = opened(**SMALL)
    assert button(page, "Race")
    assert all(b.label != "Pause" for b in page.button)


def looks_chosen(page):
    """Keys of the presets that a style of the page marks."""
    return re.findall(r"\.st-key-(preset_\w+) button", "".join(found.proto.body for found in page.get("html")))


def test_the_race_that_is_on_the_page_looks_chosen_and_is_named_above_it():
    page = opened()
    assert looks_chosen(page) == ["preset_race_vanishing"]
    assert any(one.value.startswith("**Vanishing.** A Gaussian") for one in page.caption)
    checked(page.button(key="preset_race_harm").click().run())
    assert looks_chosen(page) == ["preset_race_harm"]
    assert any(one.value.startswith("**Remedies that harm.** Here the baseline is healthy") for one in page.caption)
    checked(page.button(key="preset_race_harm").click().run())
    put(page, "seeds", 2, of="remedies.")
    assert looks_chosen(page) == []
    assert any(one.value.startswith("The same seeds and the same batches in every lane:") for one in page.caption)


def test_a_demo_that_was_not_measured_says_so(monkeypatch):
    monkeypatch.setattr(cards, "recorded", dict)
    page = opened(**SMALL, card="truncation")
    said = [one.value for one in page.markdown if one.value.endswith("*Not measured yet.*")]
    assert len(said) == 2
    assert all("Baseline:" in one for one in said)


def test_a_race_that_is_chosen_again_begins_anew():
    page = opened()
    click(page, "Step")
    page = rested(page)
    assert race_of(page).front == 1
    checked(page.button(key="preset_race_vanishing").click().run())
    assert race_of(page).front == 0


def test_what_all_lanes_share_is_said_while_it_is_folded():
    page = opened(**SMALL, clip_norm="true", leaky="true", rho="0.5")
    lines = [row["line"] for row in rows(page) if row["kind"] == "fold"]
    assert "Gradient norm clipping, Leaky units." in lines
    assert any(line.startswith("Hidden units, kind of matrix, ") and "Changed: hidden units 4, spectral radius 0.5" in
               line for line in lines)
    own_of(page, "remedies").load({})
    assert "None." in [row["line"] for row in rows(checked(page.run())) if row["kind"] == "fold"]


def test_a_demo_leaves_card_and_band_as_they_are_and_is_seen_from_its_top():
    page = opened(**SMALL, card="orthogonal_kept", band="quartiles", lanes="lstm")
    tops = [one for one in page.get("html") if "scrollTo" in one.proto.body]
    assert tops == []
    checked(page.button(key="show_orthogonal_kept_copies").click().run())
    race(page).pause()
    found = own(page).values
    assert (found["card"], found["band"], found["pace"]) == ("orthogonal_kept", "quartiles", "60")
    assert [lane.slot for lane in race(page).view().lanes] == [0, 1]
    assert [one.proto.body.count("scrollTo({top: 0})") for one in page.get("html") if "script" in one.proto.body] == [1]
    assert not any("scrollTo" in one.proto.body for one in checked(page.run()).get("html"))
