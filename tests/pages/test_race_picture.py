"""What the race's stage shows, without Streamlit: each time all of it, of one view."""

import re
from dataclasses import replace

import numpy as np
import pytest

from core.plotting import theme
from core.topics.race.demos.base import demos
from core.topics.race.demos.outcome import outcome_verdict
from core.topics.race.effect import Effect
from core.topics.race.table import columns
from pages._parts.race import lane_looks, lanes
from pages._parts.race.cards import effect_picture
from pages._parts.race.picture import picture, said
from pages._parts.race.table import LOOK, WIDTHS, table
from tests.helpers.races import SMALL, played, race
from tests.helpers.shown import Asked
from tests.topics.race.test_race_looks import FULL

CHARTS = ["race_loss", "race_norm", "race_by_step", "race_flow", "race_table"]


@pytest.fixture
def made():
    found = race(lanes="clip_norm,leaky", pace="20")
    yield found
    found.pause()


def medians(shown, name):
    """How many points the curve of each lane has, those of the lanes that have not begun left out."""
    return [len(trace["x"]) for trace in shown.parts["charts"][name].traces if re.match(r"\d ", trace["name"])]


def test_number_words_and_charts_are_of_the_same_update_while_it_plays(made):
    made.play()
    for _ in range(30):
        shown = picture(made, "range", None)
        loss, norm = medians(shown, "race_loss"), medians(shown, "race_norm")
        assert loss == norm
        front = max(loss)
        assert f"update {front} of 30 · " in shown.parts["said"]["progress"].html
        if front:
            assert f"Update {front} of 30." in shown.parts["said"]["verdict"].html
            assert all(str(made) in shown.parts["said"]["verdict"].html for made in loss if made)
        assert [list(cells) for cells in shown.parts.values()] == [["verdict", "progress"], CHARTS]


def test_what_the_page_around_shows_is_what_the_race_stands_at(made):
    assert picture(made, "range", None).around == ("ready", "race", None)
    made.play()
    shown = picture(made, "range", None)
    assert (shown.around, shown.moving) == (("playing", "pause", None), True)
    made.pause()
    assert picture(made, "range", None).around == ("paused", "go on", None)


def test_more_is_to_come_until_the_race_is_measured_to_its_end_and_that_is_told():
    """The picture that is asked for when the bell has rung for the last time is the last one."""
    made, heard = race(SMALL.changed(seq_len=40)), []
    made.news.listen(lambda: heard.append(picture(made, "range", None).moving))
    played(made, to=4)
    made._thread.join(60)
    assert heard[-1] is False
    assert heard[0] is True
    assert medians(picture(made, "range", None), "race_flow") == [40, 40]  # all lags


def test_the_band_is_the_one_that_is_asked_for():
    made = played(race(lanes="", seeds=(0, 1, 2, 3, 4)), to=3)
    wide, narrow = (picture(made, band, None).parts["charts"]["race_loss"].traces[0]
                    for band in ("range", "quartiles"))
    assert wide["name"] == narrow["name"] == "band 0"
    assert np.ptp(wide["y"]) > np.ptp(narrow["y"]) > 0


def test_the_bar_is_full_at_the_end_and_not_beyond():
    paused, over = (said(view, None)["progress"].html for view in (
        replace(FULL, state="paused", front=3, steps=12), replace(FULL, state="finished", front=14, steps=12)))
    assert "update 3 of 12 · paused" in paused
    assert 'value="0.25"' in paused
    assert "update 14 of 12 · finished" in over
    assert 'value="1.0"' in over


@pytest.mark.parametrize(("state", "spoken"), [("playing", 'role="note"'), ("finished", 'role="status"'),
                                               ("paused", 'role="status"')])
def test_the_headline_is_read_aloud_where_it_is_the_last_word(state, spoken):
    assert spoken in said(replace(FULL, state=state), None)["verdict"].html


def test_what_came_of_a_demo_stands_above_once_it_is_over_and_is_read_aloud():
    demo = next(iter(demos().values()))
    over = replace(FULL, state="finished", lanes=FULL.lanes[:2])
    assert list(said(over, None)) == list(said(replace(over, state="paused"), demo)) == ["verdict", "progress"]
    told = said(over, demo)
    assert list(told) == ["claim", "verdict", "progress"]
    assert outcome_verdict(demo, over).headline in told["claim"].html
    assert 'role="status"' in told["claim"].html


def test_the_table_has_the_line_of_each_lane_and_columns_that_keep_their_width():
    told = table(FULL).replace("&#x27;", "'")
    assert re.findall(r'<th style="width: (\d+)%">([^<]*)</th>', told) == [
        (str(width), name) for width, name in zip((14, 11, 13, 14, 15, 12, 21), columns(FULL), strict=True)]
    assert sum(WIDTHS) == 100
    lines = [lane_looks.css_stripes(f"light-dark({colour}, {theme.DARK[colour]})", dash)
             for colour, dash in (theme.LANES[lane.slot] for lane in FULL.lanes)]
    assert re.findall(r'<b>(\d)</b> <i class="race-line" style="background: ([^"]*)"></i>', told) == [
        (str(lane.slot), line) for lane, line in zip(FULL.lanes, lines, strict=True)]
    assert told.count('<div class="race-scroll"><table class="race">') == told.count('<p class="race-notes">') == 1


def test_the_look_of_the_table_is_the_page_s_and_names_what_the_table_has():
    told = table(FULL)
    assert "<style>" not in told
    for name in ("race", "race-scroll", "race-line", "race-notes"):
        assert f'class="{name}"' in told
        assert f".{name} {{" in LOOK


def test_below_the_button_of_a_lane_is_its_line():
    rule, (colour, dash) = lanes._rule(2), theme.LANES[2]
    assert rule.count(".st-key-menu_lane_2 button") == 2
    assert f"::after {{ content: ''; position: absolute; inset: auto 0.4rem 1px; height: 4px; background: " \
           f"{lane_looks.css_stripes(f'light-dark({colour}, {theme.DARK[colour]})', dash)}; " \
           "forced-color-adjust: none; }" in rule


def test_a_card_s_picture_is_not_that_of_another_remedy():
    """A session's work shows what it found last until it has found the next."""
    def shown(work):
        found = effect_picture("leaky", work.job("effect", "leaky", None)).parts["effect"]
        return found["remedy_effect"].look["annotations"], found["measured"].html

    effect = Effect("leaky", "flow", np.arange(1.0, 4.0), -np.arange(3.0), -np.arange(3.0) / 2, 60, "recall, T = 50")
    measuring = ([theme.note("measuring …")], '<p class="small">Measuring …</p>')
    assert shown(Asked()) == shown(Asked(replace(effect, remedy="l1"))) == measuring
    for quantity, updates, after in (("flow", 60, "; after 60 updates"), ("flow", 0, ""), ("norm", 60, ""),
                                     ("by_step", 2, "; after 2 updates")):
        work = Asked(replace(effect, quantity=quantity, updates=updates))
        assert shown(work) == ([], f'<p class="small">Measured on one network: recall, T = 50{after}.</p>')
