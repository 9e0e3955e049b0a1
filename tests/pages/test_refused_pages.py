"""Links and controls that ask for more memory than is allowed: one line, nothing begun, the settings as they are."""

import re

import pytest

from core.live.host import MEMORY
from core.live.memory import race_bytes, run_bytes
from tests.helpers.app_page import button, checked, click, race_of, run_of, settings_of, unfolded, values, warnings
from tests.helpers.panels import put

DEAR = {"n_hidden": "32", "seq_len": "100", "batch": "64", "lstm": "true"}
LIMIT = 60  # MB: these settings would hold twice as much
RACE = {"n_hidden": "32", "seq_len": "100", "batch": "64", "lanes": "lstm,omega", "seeds": "3"}


@pytest.fixture(autouse=True)
def _limit(monkeypatch):
    monkeypatch.setenv(MEMORY, str(LIMIT))


def page_of(name, **query):
    """The page as a link opens it."""
    page = unfolded(60)
    for key, text in query.items():
        page.query_params[key] = text
    return checked(page.switch_page(f"{name}.py").run())


def proposed(page):
    """(MB, largest batch that fits, batch that is drawn) of the one line above the charts."""
    (line,) = warnings(page)
    found = re.fullmatch(
        r"LSTM, n = 32, T = 100, B = 64: (\d+) MB and \S+ s an update; this server gives 60 MB\. B = (\d+) fits\. "
        r"What is drawn is a run that fits, with a batch of (\d+)\.", line)
    assert found, line
    return tuple(map(int, found.groups()))


def address(page):
    return {name: text if isinstance(text, str) else text[-1] for name, text in page.query_params.items()}


@pytest.mark.parametrize("name", ["playground", "jacobians", "truncation"])
def test_a_link_that_asks_for_too_much_opens_with_the_line_and_trains_nothing(name):
    page = page_of(name, **DEAR)
    held, fits, drawn = proposed(page)
    asked = settings_of(page).experiment()[0]
    assert (held, drawn) == (-(-run_bytes(asked) // 10**6), 1)
    assert 1 < fits < 64
    assert {key: str(values(page)[key]).lower() for key in DEAR} == DEAR
    assert {key: address(page)[key] for key in DEAR} == DEAR  # the link is still the reader's
    assert (run_of(page).experiment.task.batch, run_of(page).updates) == (1, 0)
    assert button(page, "Train").disabled
    assert button(page, "Step").disabled


def test_a_link_trained_so_far_is_not_trained_either():
    page = page_of("playground", **DEAR, updates="3")
    proposed(page)
    assert (run_of(page).state, run_of(page).updates) == ("ready", 0)


@pytest.mark.parametrize("name", ["playground", "jacobians", "truncation"])
def test_one_press_takes_what_is_proposed_and_it_runs(name):
    page = page_of(name, **DEAR)
    _, fits, _ = proposed(page)
    page = click(page, f"Go on with B = {fits}")
    asked = settings_of(page).experiment()[0]
    assert {key: address(page)[key] for key in DEAR} == DEAR | {"batch": str(fits)}  # the others stay
    assert (warnings(page), run_of(page).experiment, asked.task.batch) == ([], asked, fits)
    assert not any(one.label.startswith("Go on with B") for one in page.button)
    page = click(page, "Step")
    assert run_of(page).updates == 1


def test_where_one_sequence_is_too_much_the_press_makes_it_shorter(monkeypatch):
    page = page_of("playground", **DEAR)
    whole, short = (run_bytes(settings_of(page).experiment()[0].changed(batch=1, seq_len=T)) for T in (100, 60))
    assert short < whole
    monkeypatch.setenv(MEMORY, repr(short / 1e6))
    page = checked(page.run())
    assert "B = 1 with T = 60 fits." in warnings(page)[0]
    page = click(page, "Go on with B = 1, T = 60")
    task = settings_of(page).experiment()[0].task
    assert (warnings(page), task.batch, task.seq_len, run_of(page).experiment.task) == ([], 1, 60, task)


def test_with_the_batch_moved_down_to_what_is_proposed_it_runs():
    page = page_of("playground", **DEAR)
    _, fits, _ = proposed(page)
    page = put(page, "batch", fits + 1)
    assert len(warnings(page)) == 1
    page = put(page, "batch", fits)
    assert (warnings(page), run_of(page).experiment.task.batch) == ([], fits)
    page = click(page, "Step")
    assert run_of(page).updates == 1


def test_a_control_that_asks_for_too_much_leaves_the_run_as_it_was():
    page = page_of("playground", **{**DEAR, "batch": "2"})
    page = click(page, "Step")
    page = put(page, "batch", 64)
    assert proposed(page)[2] == 2
    assert (run_of(page).experiment.task.batch, run_of(page).updates, values(page)["batch"]) == (2, 1, 64)
    page = put(page, "batch", 2)
    assert (warnings(page), run_of(page).updates) == ([], 1)  # and it goes on from there
    assert not button(page, "Step").disabled


def test_a_race_that_asks_for_too_much_opens_with_the_line_and_builds_no_lane(monkeypatch):
    monkeypatch.setattr("core.topics.race.lane.Replicas", lambda *_: pytest.fail("a lane was built"))
    monkeypatch.setattr("core.topics.race.lane.Trainer", lambda *_: pytest.fail("a lane was measured"))
    page = page_of("remedies", **RACE)
    race = race_of(page)
    (line,) = warnings(page)
    held = race_bytes([lane.experiment for lane in race._lanes], 3)
    found = re.fullmatch(
        rf"2 remedies, 3 seeds, n = 32, T = 100, B = 64: {-(-held // 10**6)} MB and \S+ s an update; this server "
        r"gives 60 MB\. B = (\d+) fits\.", line)
    assert found, line
    assert button(page, "Race").disabled
    assert button(page, "Step").disabled
    race.play()
    race.step()
    assert (race.state, race.front, race._thread) == ("ready", 0, None)
    assert RACE.items() <= {**address(page), "seeds": "3"}.items()  # 3 is what a link need not say
    monkeypatch.undo()
    monkeypatch.setenv(MEMORY, str(LIMIT))
    page = click(page, f"Go on with B = {found[1]}")
    assert address(page)["batch"] == found[1]
    assert (warnings(page), race_of(page).refused) == ([], None)
    page = click(page, "Step")
    assert race_of(page).front == 1


def test_a_limit_that_is_no_number_is_said_and_nothing_begins(monkeypatch):
    monkeypatch.setenv(MEMORY, "plenty")
    page = page_of("playground")
    (line,) = warnings(page)
    assert line.startswith(f"{MEMORY} must be a number of megabytes above 0, got plenty.")
    assert button(page, "Train").disabled
