"""What the reader's hand does to the race's stage, without Streamlit."""

import asyncio

import numpy as np
import pytest

from core.live.player import Playback
from core.topics.race import as_if
from core.topics.race.demos.base import demos
from core.topics.race.demos.outcome import demo_values
from core.topics.race.entrants import entrants_of, seeds_from
from core.topics.race.entries import Baseline, RaceSpec
from core.training.trainer import Trainer
from pages._live.registry import enter, leave
from pages._live.stage import Stage
from pages._parts.race.picture import picture
from pages._parts.race.race import demo_among
from pages._parts.race.scene import RaceScene
from tests.helpers.asgi import Socket, on_loop
from tests.helpers.races import SMALL, played, race
from tests.helpers.waiting import wait_until

PARAMETERS = RaceSpec.parameters() | Playback.parameters() | Baseline.parameters()
VALUES = {name: parameter.default for name, parameter in PARAMETERS.items()} | SMALL.values() | {
    "lanes": RaceSpec(lanes="clip_norm,,leaky+lr=0.2").lanes, "seeds": 2, "until_solved": False}


def given(values):
    """What the page gives its race."""
    baseline, spec = Baseline.from_values(values), RaceSpec.from_values(values)
    return entrants_of(baseline, spec.lanes)[0], seeds_from(baseline.experiment.recurrence.seed, spec.seeds)


def of(values, updates=0):
    """The race of a page that shows these values, after so many updates."""
    made = race(lanes="")
    made.apply(*given(values), values["until_solved"])
    return played(made, to=updates) if updates else made


def scene_of(made, values=VALUES):
    return RaceScene(made, PARAMETERS, values, demo_among(PARAMETERS, values), around=("as it was",))


def cells(shown):
    """All that a picture shows."""
    found = {}
    for name, cell in {**shown.parts["said"], **shown.parts["charts"]}.items():
        found[name] = cell.html if hasattr(cell, "html") else [
            {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in trace.items()}
            for trace in cell.traces]
    return found


def whole(scene):
    """Once nothing more is to come."""
    wait_until(lambda: not scene.picture().moving)
    return cells(scene.picture())


def by_step(shown):
    """log10 ||dL/dh_t|| of each lane that has one, as the chart has it."""
    return [np.asarray(trace["y"]) for trace in shown["race_by_step"] if trace["name"][0].isdigit()]


@pytest.fixture
def made():
    found = of(VALUES)
    yield found
    found.suspend()


@pytest.mark.parametrize("updates", [0, 3])
@pytest.mark.parametrize(("texts", "values"), [
    ({"rho": "0.7"}, {"rho": 0.7}), ({"rho": "0.7", "alpha": "1"}, {"rho": 0.7, "alpha": 1.0}),
    ({"steps": "50"}, {"steps": 50}), ({"reach_level": "0.9"}, {"reach_level": 0.9}),
    ({"seeds": "4"}, {"seeds": 4}), ({"seq_len": "14"}, {"seq_len": 14}),
    ({"lane3.": {"lr": "0.05"}}, {"lanes": RaceSpec(lanes="clip_norm,,leaky+lr=0.05").lanes}),
    ({"lane1.": {"clip_norm_threshold": "0.5"}},
     {"lanes": RaceSpec(lanes="clip_norm+clip_norm_threshold=0.5,,leaky+lr=0.2").lanes})])
def test_what_is_drawn_while_a_value_is_held_is_what_stands_once_it_is_let_go(texts, values, updates):
    after, made = VALUES | values, of(VALUES, updates)
    scene = scene_of(made)
    before = whole(scene)
    of_lane = next((name for name in texts if name.startswith("lane")), "")
    scene.order({"set": texts.get(of_lane, texts), "of": f"remedies.{of_lane}", "drag": 1})
    held = whole(scene)
    assert scene.picture().around == ("as it was",)
    assert cells(picture(made, "range", None)) == before, "the race stays as it is"
    level = after["reach_level"]
    made.apply(*given(after), False, level=level)
    expected = of(VALUES, updates)
    expected.apply(*given(after), False, level=level)
    wait_until(lambda: expected.settled)
    let_go = scene_of(made, after)
    for seen in (whole(let_go), whole(scene_of(expected, after))):
        if (updates and {"steps", "reach_level"} & set(texts)) or (of_lane and updates):  # lanes that were timed
            seen, held = ({name: told for name, told in one.items() if name != "race_table"} for one in (seen, held))
        assert seen == held
    assert let_go.picture().around == (made.state, made.deed, None)


def test_it_is_what_a_network_measured_by_itself_has(made):
    scene = scene_of(made)
    scene.order({"set": {"rho": "0.7"}})
    experiment = SMALL.changed(rho=0.7)
    alone = [Trainer(one).measure().log10_dL_dh for one in (
        experiment, experiment.changed(clip_norm=True), experiment.changed(leaky=True, lr=0.2))]
    for found, expected in zip(by_step(cells(scene.picture())), alone, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_hand_that_gives_up_leaves_the_race_as_it_was(made):
    scene = scene_of(made)
    before = whole(scene)
    scene.order({"set": {"rho": "0.7"}, "drag": 1})
    assert whole(scene) != before
    scene.order({"set": {}, "drag": 1})
    assert whole(scene) == before
    assert scene.picture().around == ("ready", "race", None)


@pytest.mark.parametrize("texts", [
    {"rho": "nonsense"}, {"rho": "-1"}, {"rho": "2.5"}, {"rho": "nan"}, {"rho": ""}, {"rho": 1.5}, {"none": "1"}, [],
    {"rho": None}, "x", None, 7, {"n_hidden": "1e9"}, {"lane1": "1"}, {"lane1-": "1"},
    {"eigenvalues": "1.2,0.9,0.5+0.5j,2"},
    {"teacher_forcing": "true"}, {"batch": "256", "seq_len": "1000", "n_hidden": "128", "lstm": "true"}])
def test_what_is_refused_leaves_the_last_accepted_picture(made, texts):
    scene = scene_of(made)
    scene.order({"set": {"rho": "0.7"}, "drag": 1})
    before = whole(scene)
    scene.order({"set": texts, "drag": "x"})
    assert whole(scene) == before
    assert scene.picture().around == ("as it was",)
    assert (made.refused, made.state) == (None, "ready")


@pytest.mark.parametrize(("of_lane", "texts"), [
    ("lane2.", {"lr": "0.1"}), ("lane9.", {"lr": "0.1"}), ("lane1.", {"seed": "3"}), ("lane1.", {"lr": "x"}),
    ("lane1.", {"none": "1"}), ("lane1.", {"own_none": "true"}), ("lane1.", {"own_lr": "x"}), ("lane1.", []),
    ("lane1.", {"lr": 0.5})])
def test_what_is_refused_of_a_lane_leaves_the_last_accepted_picture(made, of_lane, texts):
    scene = scene_of(made)
    scene.order({"set": {"rho": "0.7"}, "of": "remedies.", "drag": 1})
    before = whole(scene)
    scene.order({"set": texts, "of": f"remedies.{of_lane}", "drag": 2})
    assert whole(scene) == before


def test_a_lane_that_does_not_go_together_with_what_is_held_is_left_out_as_it_will_be(made):
    scene = scene_of(made)
    scene.order({"set": {"lstm": "true"}, "of": "remedies."})
    assert whole(scene)["race_table"].count("<b>") == 2  # leaky chooses the cell as well


def test_what_is_shown_is_said_in_one_line(made, monkeypatch):
    values = VALUES | {"seq_len": 40}
    made = of(values)
    scene = scene_of(made, values)
    monkeypatch.setattr(as_if, "REST", 60.0)
    scene.order({"set": {"rho": "0.7"}, "drag": 1})
    assert "update 0 of 30 · not trained yet; a quick picture: fewer lags, all when the hand rests<" in (
        cells(scene.picture())["progress"])
    assert scene.picture().moving
    monkeypatch.setattr(as_if, "QUICK", -1.0)
    monkeypatch.setattr(as_if, "REST", 0.0)
    made._slot._take()  # nothing more is measured for now
    taken = made._slot.promptly
    monkeypatch.setattr(made._slot, "promptly", made._slot.playing)
    scene.order({"set": {"rho": "0.8"}, "drag": 2})
    assert "; a quick picture: 2 of 3 lanes, the others when the hand rests<" in cells(scene.picture())["progress"]
    monkeypatch.setattr(made._slot, "promptly", taken)
    made._slot._hand_over()
    assert "quick" not in whole(scene)["progress"]
    made.suspend()


def test_a_race_that_plays_takes_over_what_no_lane_begins_again_for_and_the_rest_waits():
    values = VALUES | {"steps": 20000}
    made = of(values)
    made.playback = Playback(pace="60", until_solved=False)
    scene = scene_of(made, values)
    scene.order({"do": "race"})
    wait_until(lambda: made.front > 2)
    scene.order({"set": {"rho": "0.7"}, "drag": 1})
    scene.order({"set": {"lr": "0.5"}, "of": "remedies.lane1.", "drag": 2})
    assert [lane.experiment for lane in made.view().lanes] == [one.experiment for one in given(values)[0]]
    assert made.front > 2
    scene.order({"set": {"steps": "3000"}, "drag": 3})
    assert (made.view().steps, made.state) == (3000, "playing")
    scene.order({"set": {"reach_level": "0.25"}, "drag": 4})
    assert "Horizon at 0.25 (lag)" in cells(scene.picture())["race_table"]
    assert scene.picture().around == ("playing", "pause", None)
    scene.order({"set": {}, "drag": 3})
    assert made.view().steps == 20000
    scene.order({"do": "pause"})
    assert made.state == "paused"
    assert made.front > 2


def test_a_race_that_is_begun_while_something_is_held_shows_itself(made):
    scene = scene_of(made)
    scene.order({"set": {"rho": "0.7"}, "drag": 1})
    tried = made.beside
    made.play(to=2)
    assert (made.beside, tried._watched) == (None, False)
    scene.picture()
    wait_until(lambda: made.settled)
    assert cells(scene.picture())["race_loss"] == cells(picture(made, "range", None))["race_loss"]


def test_a_demo_is_told_from_the_values_that_are_held():
    demo = next(iter(demos().values()))
    values = {name: parameter.default for name, parameter in PARAMETERS.items()} | demo_values(demo)
    assert demo_among(PARAMETERS, values) is demo
    assert demo_among(PARAMETERS, values | {"pace": "max", "band": "quartiles", "reach_level": 0.1}) is demo
    assert demo_among(PARAMETERS, values | {"seed": 7}) is None


# -- over the channel --------------------------------------------------------------------------------------------------


async def dragged(line, texts, between):
    """Values on their way, one after the other, and the frames that came until the last one was taken."""
    frames, have = [], None

    async def read():
        nonlocal have
        while not frames or frames[-1]["taken"] < len(texts):
            line.ask(have)
            frame = await line.frame()
            frames.append(frame)
            have = frame["n"]

    reads = asyncio.create_task(read())
    for number, text in enumerate(texts, start=1):
        line.say({"order": {"set": text, "drag": 1, "n": number}})
        await asyncio.sleep(between)
    await reads
    return frames


def drawn(frames):
    """The table and the words as a browser has them in the end."""
    return {cell["name"]: cell["html"] for frame in frames for cell in frame["cells"] if "html" in cell}


@on_loop
async def test_sixty_values_in_three_seconds_are_followed_and_the_last_one_stands():
    made = await asyncio.to_thread(of, VALUES)
    scene = scene_of(made)
    stage = enter(Stage(scene.picture))
    stage.order = scene.order
    stage.follow([made.news])
    try:
        line = await Socket(f"/live/{stage.token}").open()
        frames = await dragged(line, [{"rho": f"{0.5 + i / 100:.2f}"} for i in range(60)], 0.05)
        taken = [frame["taken"] for frame in frames]
        assert taken == sorted(taken)
        assert len(set(taken)) >= 6  # how many a second is measured elsewhere
        await asyncio.to_thread(wait_until, lambda: not scene.picture().moving)
        expected = await asyncio.to_thread(of, VALUES | {"rho": 1.09})
        assert cells(scene.picture()) == cells(picture(expected, "range", None))
        told = drawn(frames)
        assert told["race_table"] == cells(picture(expected, "range", None))["race_table"]
        await line.leave()
    finally:
        leave(stage)
    assert made.front == 0


@on_loop
async def test_a_stage_whose_page_is_gone_takes_no_order_more():
    made = await asyncio.to_thread(of, VALUES)
    scene = scene_of(made)
    stage = enter(Stage(scene.picture))
    stage.order = scene.order
    leave(stage)
    stage.take({"set": {"rho": "0.7"}})
    assert made.beside is None
