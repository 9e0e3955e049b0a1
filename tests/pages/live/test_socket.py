"""The channel over a WebSocket: frames in their order for those who ask, and nothing for anybody else."""

import asyncio
import json
import logging
import threading
import time

import numpy as np
import pytest

from pages._chart.patch import same, specification
from pages._door import door
from pages._live import routes
from pages._live import stage as stage_module
from pages._live.registry import SERVER, STAGES, leave
from pages._live.routes import LONGEST, MOST_ASKS
from pages._live.stage import Made, Picture
from tests.helpers.asgi import Socket, on_loop
from tests.helpers.waiting import wait_until
from tests.pages.chart.test_frame import Browser, drawing
from tests.pages.chart.test_patch import sent
from tests.pages.live.conftest import words


@on_loop
async def test_the_first_frame_is_whole_and_each_builds_on_the_one_before_it(shown):
    line = await Socket(shown.path).open()
    before = None
    for said in ["0", "1", "2"]:
        shown.say(said)
        line.ask(number=7)
        frame = await line.frame()
        assert (frame["base"], words(frame), frame["to"]) == (before, said, 7)
        assert [cell["name"] for cell in frame["cells"]] == (["words"] if before else ["words", "rests"])
        assert ("parts" in frame) == (before is None)
        assert before is None or frame["n"] > before
        before = frame["n"]
    await line.leave()


@on_loop
async def test_it_goes_on_from_the_frame_that_the_browser_has_and_begins_anew_where_that_is_not_the_last(shown):
    told, _ = shown.stage.frame(None)
    shown.say("1")
    for have, base in ((told.number, told.number), (told.number, None), (99, None), ("1", None), ([], None),
                       (None, None)):
        line = await Socket(shown.path).open()
        line.ask(have)
        assert (await line.frame())["base"] == base
        await line.leave()


@on_loop
async def test_where_nothing_changed_nothing_is_sent(shown):
    line = await Socket(shown.path).open()
    line.ask()
    frame = await line.frame()
    line.ask()
    for _ in range(5):
        shown.bell.ring()
        assert await line.quiet(0.02)
    assert shown.painted > 1
    shown.say("1")
    assert (await line.frame())["base"] == frame["n"]
    await line.leave()


@on_loop
async def test_what_the_page_around_shows_is_news_although_no_cell_changed(shown):
    line = await Socket(shown.path).open()
    marks = []
    for around in ("playing", "paused", "playing"):
        shown.say("0", around=around, moving=around == "playing")
        line.ask()
        frame = await line.frame()
        assert frame["moving"] == (around == "playing")
        marks.append(frame["around"])
    assert frame["cells"] == []
    assert marks[0] == marks[2] != marks[1]
    await line.leave()


@on_loop
async def test_frames_in_their_order_are_the_charts(shown):
    """As a browser puts them together."""
    charts, browser = {}, Browser()
    shown.stage.paint = lambda: Picture({"charts": dict(charts)})
    line = await Socket(shown.path).open()
    random = np.random.default_rng(0)
    for _ in range(20):
        charts["a"] = drawing(random, charts.get("a"))
        line.ask(browser.have)
        shown.bell.ring()
        browser.take(await line.frame())
        assert same(browser.shown()["charts"]["a"], sent(specification(charts["a"])))
    await line.leave()


@pytest.mark.parametrize("asks", [1, 3, MOST_ASKS])
@on_loop
async def test_there_are_as_many_frames_as_asks_ahead_and_no_more(shown, asks):
    line = await Socket(shown.path).open()
    for number in range(1, asks + 1):
        line.ask(number=number)
    for number in range(1, asks + 1):
        shown.say(number)
        frame = await line.frame()
        assert (words(frame), frame["to"]) == (str(number), number)
    shown.say("more")
    assert await line.quiet()
    line.ask()
    assert words(await line.frame()) == "more"
    await line.leave()


@on_loop
async def test_who_never_asks_gets_nothing_and_costs_nothing(shown):
    line = await Socket(shown.path).open()
    for number in range(20):
        shown.say(number)
    assert await line.quiet()
    assert shown.painted == 0
    await line.leave()


@on_loop
async def test_who_asks_a_thousand_times_at_once_has_few_asks(shown):
    line = await Socket(shown.path).open()
    for number in range(1000):
        line.ask(number=number)
    await asyncio.sleep(0.1)
    frames = 0
    for number in range(MOST_ASKS + 10):
        shown.say(number)
        await asyncio.sleep(0.02)
    while not line.heard.empty():
        assert await line.frame()
        frames += 1
    assert frames <= MOST_ASKS + 1  # one is under way
    assert frames > 1
    line.ask()
    shown.say("still here")
    assert words(await line.frame()) == "still here"
    await line.leave()


@on_loop
async def test_how_long_an_ask_was_held_is_told(shown):
    """By which a browser knows how far away it is."""
    line = await Socket(shown.path).open()
    line.ask()
    await line.frame()
    line.ask()
    await asyncio.sleep(0.1)
    shown.say("1")
    assert 90 <= (await line.frame())["held"] < 1000 * 30
    await line.leave()


@pytest.mark.parametrize("nonsense", [
    "", "no JSON", "[]", "3", "NaN", "null", '"have"', "[" * 4000, '{"a":' * 800, '{"have": {"a": [1]}}',
    '{"have": "1", "id": "x"}', '{"id": true}', '{"id": 1e400}', '{"order": 3}', '{"order": {}}',
    '{"order": {"n": NaN}}', '{"order": {"set": 1}}', b"\xff\xfe", b"[]", "9" * 4000, "\ud800"],
    ids=lambda said: repr(said)[:20])
@on_loop
async def test_nonsense_does_no_harm(shown, nonsense, caplog):
    line = await Socket(shown.path).open()
    line.say(nonsense)
    line.ask(number=5)
    seen = []
    while 5 not in seen:
        shown.say(len(seen))
        seen.append((await line.frame(5))["to"])
    assert len(seen) <= 2
    await line.leave()
    assert caplog.records == []


@pytest.mark.parametrize("much", ["x" * (LONGEST + 1), "[" * 2 ** 20, b"x" * 2 ** 20], ids=["4 KB", "1 MB", "bytes"])
@on_loop
async def test_who_says_too_much_is_closed(shown, much):
    line = await Socket(shown.path).open()
    line.say(much)
    assert await line.frame() is None
    assert line.code == 1009
    await asyncio.wait_for(line.task, 30)
    assert shown.stage.line is None


@pytest.mark.parametrize("path", ["/live/unknown", "/live/", "/live/a/b", "/under/a/path/live/unknown"])
@on_loop
async def test_an_unknown_token_shows_nothing(shown, path):
    line = await Socket(path).open()
    if line.accepted:
        assert await line.frame() is None
        assert line.code == 4404
    else:
        assert line.code is not None
    await asyncio.wait_for(line.task, 30)


@on_loop
async def test_it_is_there_under_a_path_too(shown):
    line = await Socket(f"/~/+{shown.path}").open()
    line.ask()
    assert words(await line.frame()) == "0"
    await line.leave()


@pytest.mark.parametrize(("origin", "allowed"), [
    (None, True), (b"http://here:8501", True), (b"https://here:8501", True), (b"http://localhost:3000", True),
    (b"http://here:9999", False), (b"http://there", False), (b"null", False), (b"", False), (b"http://[", False)])
@on_loop
async def test_a_page_of_elsewhere_is_refused_before_it_is_accepted(shown, origin, allowed):
    line = await Socket(shown.path, *([] if origin is None else [(b"origin", origin)])).open()
    assert line.accepted == allowed
    if allowed:
        await line.leave()
    else:
        assert line.code is not None
        await asyncio.wait_for(line.task, 30)
        assert shown.stage.line is None


@on_loop
async def test_a_server_that_is_asked_whether_it_is_there_says_so_at_once(shown):
    """Also while asks wait for news, and its answer is no frame."""
    line = await Socket(shown.path).open()
    line.say({"there": True})
    assert await line.frame() == {"there": True}
    line.ask()
    frame = await line.frame()
    line.ask(frame["n"])
    line.say({"there": True})
    assert await line.frame() == {"there": True}
    shown.say("1")
    assert (await line.frame())["base"] == frame["n"]
    await line.leave()


@pytest.mark.parametrize("made", [Made("run", 1132, "rho=0.5&updates=1132"), Made("race", 7)])
@on_loop
async def test_a_frame_tells_what_was_trained_and_how_it_is_made_again(shown, made):
    line = await Socket(shown.path).open()
    line.ask()
    assert "made" not in await line.frame()
    shown.say("1", made=made)
    line.ask()
    assert (await line.frame())["made"] == {"what": made.what, "updates": made.updates, "link": made.link}
    await line.leave()


@on_loop
async def test_of_two_lines_the_later_one_brings_the_frames(shown):
    first = await Socket(shown.path).open()
    first.ask()
    frame = await first.frame()
    first.ask()
    second = await Socket(shown.path).open()
    assert await first.frame() is None
    assert first.code == 4409
    await asyncio.wait_for(first.task, 30)
    second.ask(frame["n"])
    shown.say("1")
    after = await second.frame()
    assert (after["base"], words(after)) == (frame["n"], "1")
    await second.leave()
    assert shown.stage.line is shown.stage.wakes is None


@pytest.mark.parametrize("asks", [0, 2])
@on_loop
async def test_the_end_of_the_session_ends_the_line_the_token_and_all_orders(shown, asks):
    taken = []
    shown.stage.order = taken.append
    line = await Socket(shown.path).open()
    for _ in range(asks + 1):
        line.ask()
    await line.frame()
    leave(shown.stage)
    line.say({"order": {"do": "train"}})
    assert await line.frame() is None
    assert line.code == 4404
    await asyncio.wait_for(line.task, 30)
    assert (taken, shown.stage.token in STAGES) == ([], False)
    shown.stage.take({"do": "train"})
    assert taken == []
    painted = shown.painted
    shown.say("1")
    await asyncio.sleep(0.05)
    assert shown.painted == painted
    again = await Socket(shown.path).open()
    assert await again.frame() is None
    assert (again.code, again.reason) == (4404, SERVER) == (line.code, line.reason)


@on_loop
async def test_a_browser_that_goes_away_leaves_nothing(shown):
    line = await Socket(shown.path).open()
    line.ask()
    await line.frame()
    line.ask()
    await line.leave()
    assert shown.stage.line is shown.stage.wakes is shown.stage.hurries is None
    painted = shown.painted
    shown.say("1")
    await asyncio.sleep(0.05)
    assert shown.painted == painted


@on_loop
async def test_a_picture_that_cannot_be_painted_ends_the_line_and_is_logged_once(shown, caplog):
    def fails():
        raise RuntimeError("no picture")

    shown.stage.paint = fails
    line = await Socket(shown.path).open()
    for _ in range(5):
        line.ask()
    with caplog.at_level(logging.ERROR):
        assert await line.frame() is None
        await asyncio.wait_for(line.task, 30)
    assert line.code == 1011
    (record,) = caplog.records
    assert record.exc_info[1].args == ("no picture",)
    shown.stage.paint = shown.paint
    again = await Socket(shown.path).open()
    again.ask()
    assert words(await again.frame()) == "0"
    await again.leave()


@on_loop
async def test_news_that_many_threads_ring_for_are_not_lost(shown):
    """What was said last is always seen at last, however the rings fall."""
    line = await Socket(shown.path).open()
    line.ask()
    await line.frame()
    for turn in range(20):
        threads = [threading.Thread(target=lambda said=f"{turn} {i}": [shown.say(f"{said} {j}") for j in range(20)])
                   for i in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            line.ask()
            await asyncio.sleep(0.001)
        last = f"{turn} last"
        shown.say(last)
        for _ in range(2 * MOST_ASKS):
            line.ask()
            if words(await line.frame()) == last:
                break
        else:
            raise AssertionError("the last word was never said")
        while not line.heard.empty():
            await line.frame()
    await line.leave()


@pytest.mark.parametrize(("players", "least"), [(1, 1 / 30), (20, 0.2)])
@on_loop
async def test_frames_keep_the_pace_of_a_class(shown, monkeypatch, players, least):
    """No faster than 30 a second, and the slower the more play; what is seen then is the newest."""
    monkeypatch.setattr(stage_module, "FASTEST", 1 / 30)
    monkeypatch.setattr(stage_module, "SHARED", 1 / 100)
    line, times, stop = await Socket(shown.path).open(), [], threading.Event()

    def busy():
        number = 0
        while not stop.wait(0.002):
            number += 1
            shown.say(number, players=players)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        for _ in range(6):
            line.ask()
            said = int(words(await line.frame()))
            times.append(time.monotonic())
            assert int(shown.words) - said < 200
    finally:
        stop.set()
        thread.join()
    assert times[-1] - times[1] > 0.9 * least * 4
    await line.leave()


@on_loop
async def test_what_a_hand_moves_is_drawn_before_a_frame_is_due(shown, monkeypatch):
    monkeypatch.setattr(stage_module, "FASTEST", 20.0)
    shown.stage.order = lambda order: shown.say(order["set"]["rho"])
    line = await Socket(shown.path).open()
    line.ask()
    await line.frame()
    line.ask()
    shown.say("not due")
    assert await line.quiet()
    line.say({"order": {"set": {"rho": "1.5"}}})
    assert words(await line.frame(5)) == "1.5"
    await line.leave()


@on_loop
async def test_orders_are_taken_in_their_order_and_of_values_the_newest(shown):
    gate, taken = threading.Semaphore(0), []

    def take(order):
        assert gate.acquire(timeout=30)
        taken.append(order)
        shown.words = json.dumps(order)

    shown.stage.order = take
    line = await Socket(shown.path).open()
    line.ask()
    await line.frame()
    for number in range(50):
        line.say({"order": {"set": {"rho": str(number)}, "n": number}})
        await asyncio.sleep(0)
    line.say({"order": {"do": "train", "n": 50}})
    line.say({"order": {"set": {"rho": "x"}, "n": 51}})
    await asyncio.sleep(0.05)
    gate.release(100)
    await asyncio.to_thread(wait_until, lambda: taken and taken[-1]["n"] == 51)
    numbers = [order["n"] for order in taken]
    assert numbers == sorted(numbers)
    assert numbers[-3:] == [49, 50, 51]
    assert len(numbers) <= 4
    line.ask()
    frame = await line.frame()
    assert (frame["taken"], json.loads(words(frame))["n"]) == (51, 51)
    await line.leave()


@on_loop
async def test_what_is_refused_is_told_once_to_whoever_runs_the_server(shown, caplog):
    for module in (door, routes):
        module._noted.cache_clear()
    for _ in range(3):
        await Socket(shown.path, (b"origin", b"http://there")).open()
        line = await Socket(shown.path).open()
        line.say("x" * (LONGEST + 1))
        assert await line.frame() is None
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "A page of another origin was refused", "The live channel refused a message that is too long"]
