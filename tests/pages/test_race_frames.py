"""What of a race is drawn anew: all of it while it rests, one chart beside the loss at each frame while it is on."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.plotting import theme
from core.topics.race.table import COLUMNS
from pages._parts.race import lane_looks, lanes
from pages._parts.race import race as module
from tests.topics.race.test_race_looks import FULL

NAMES = ("race_loss", "race_norm", "race_by_step", "race_flow")
PLAYING = replace(FULL, state="playing")


@pytest.fixture
def drawn(monkeypatch):
    """`drawn(view)`: what was drawn anew, in order."""
    part, seen = module.Racing(), []
    monkeypatch.setattr(module, "session", lambda kind: part)
    for name in NAMES:
        monkeypatch.setattr(module, name, lambda view, name=name: seen.append(name) or (name, view))
    monkeypatch.setattr(module, "table", lambda view: seen.append("table") or f"table of {view.front}")

    def draw(view):
        seen.clear()
        found, words = module._drawn(view)
        assert list(found) == list(NAMES)
        assert words == part.table
        draw.found, draw.words = found, words
        return list(seen)
    return draw


def test_a_race_that_rests_is_drawn_whole_each_time(drawn):
    for state in ("ready", "paused", "finished"):
        assert drawn(replace(FULL, state=state)) == [*NAMES, "table"]


def test_while_it_is_on_the_loss_is_drawn_at_each_frame_the_others_in_turn_and_the_table_with_one_of_three(drawn):
    assert drawn(PLAYING) == [*NAMES, "table"]  # who races is not who was drawn
    frames = [drawn(replace(PLAYING, front=at)) for at in range(6)]
    assert all(frame[0] == "race_loss" for frame in frames)
    assert sorted(frame[1] for frame in frames) == sorted(2 * NAMES[1:])
    assert {frame[1] for frame in frames[:3]} == set(NAMES[1:])
    assert [len(frame) for frame in frames] == [2, 2, 3] * 2
    assert all(frame[2:] in ([], ["table"]) for frame in frames)


def test_what_is_not_drawn_anew_stays_as_it_was_drawn_last(drawn):
    drawn(PLAYING)
    after = replace(PLAYING, front=77)
    (_, turned) = drawn(after)
    assert {name for name, figure in drawn.found.items() if figure[1] is after} == {"race_loss", turned}
    assert drawn.words == f"table of {FULL.front}"


@pytest.mark.parametrize("change", [
    lambda lanes: lanes[:-1], lambda lanes: (*lanes[:-1], replace(lanes[-1], slot=6)),
    lambda lanes: (*lanes[:-1], replace(lanes[-1], experiment=lanes[-1].experiment.changed(lr=0.5)))],
    ids=["one left", "another place", "another setting"])
def test_other_lanes_are_drawn_whole_at_once(drawn, change):
    drawn(PLAYING)
    assert len(drawn(PLAYING)) == 2
    assert drawn(replace(PLAYING, lanes=change(PLAYING.lanes))) == [*NAMES, "table"]
    assert len(drawn(replace(PLAYING, lanes=change(PLAYING.lanes)))) < 5


def test_the_bar_is_full_at_the_end_and_not_beyond(drawn, monkeypatch):
    seen = []
    monkeypatch.setattr(module.st, "html", lambda text: None)
    monkeypatch.setattr(module.st, "progress", lambda share, text: seen.append((share, text)))
    monkeypatch.setattr(module, "plots", lambda cells, **more: seen.append((list(cells), more)))
    module.show_race(replace(FULL, state="paused", front=3, steps=12))
    module.show_race(replace(FULL, state="finished", front=14, steps=12))
    assert seen[0] == (0.25, "update 3 of 12 · paused")
    assert seen[2] == (1.0, "update 14 of 12 · finished")
    assert seen[1] == ([*NAMES, "race_table"], {"key": "race_charts", "columns": 3, "height": module.HEIGHT})


@pytest.mark.parametrize("page", ["light", "dark"])
def test_the_table_has_the_line_of_each_lane_and_columns_that_keep_their_width(page, monkeypatch):
    monkeypatch.setattr(lane_looks.st, "context", SimpleNamespace(theme=SimpleNamespace(type=page)))
    told = module.table(FULL).replace("&#x27;", "'")
    assert told.startswith(module.TABLE)
    assert re.findall(r'<th style="width: (\d+)%">([^<]*)</th>', told) == [
        (str(width), name) for width, name in zip((14, 11, 13, 14, 15, 12, 21), COLUMNS, strict=True)]
    assert sum(module.WIDTHS) == 100
    lines = [lane_looks.css_stripes(colour if page == "light" else theme.DARK[colour], dash)
             for colour, dash in (theme.LANES[lane.slot] for lane in FULL.lanes)]
    assert re.findall(r'<b>(\d)</b> <i class="race-line" style="background: ([^"]*)"></i>', told) == [
        (str(lane.slot), line) for lane, line in zip(FULL.lanes, lines, strict=True)]
    assert told.count('<div class="race-scroll"><table class="race">') == told.count('<p class="race-notes">') == 1


def test_below_the_button_of_a_lane_is_its_line(monkeypatch):
    monkeypatch.setattr(lane_looks.st, "context", SimpleNamespace(theme=SimpleNamespace(type="light")))
    rule = lanes._rule(2)
    assert rule.count(".st-key-menu_lane_2 button") == 2
    assert f"::after {{ content: ''; position: absolute; inset: auto 0.4rem 1px; height: 4px; background: " \
           f"{lane_looks.css_stripes(*theme.LANES[2])}; forced-color-adjust: none; }}" in rule


@pytest.mark.parametrize(("state", "spoken"), [("playing", 'role="note"'), ("finished", 'role="status"'),
                                               ("paused", 'role="status"')])
def test_the_headline_is_read_aloud_where_it_is_the_last_word(state, spoken):
    assert spoken in module.race_headline(replace(FULL, state=state))
