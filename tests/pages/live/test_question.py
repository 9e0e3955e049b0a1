"""The channel over plain HTTP, where a network forbids the other: a question that is held until there is news."""

import asyncio
import json
import time
from itertools import count

import pytest
from starlette.applications import Starlette

from pages._live import routes as module
from pages._live.registry import SERVER, leave
from pages._live.routes import LONGEST, MOST_ASKS, routes
from tests.helpers.asgi import APP, Socket, on_loop, post, scope
from tests.pages.live.conftest import words


async def asked(shown, have=None, **more):
    status, body = await post(shown.path, {"have": have, **more})
    return status, json.loads(body) if status == 200 else None


@on_loop
async def test_the_first_frame_is_given_at_once_and_the_next_when_there_is_news(shown):
    status, first = await asked(shown)
    assert (status, first["base"], words(first)) == (200, None, "0")
    question = asyncio.create_task(asked(shown, first["n"]))
    await asyncio.sleep(0.1)
    assert not question.done()
    shown.say("1")
    status, second = await question
    assert (status, second["base"], words(second)) == (200, first["n"], "1")
    assert [cell["name"] for cell in second["cells"]] == ["words"]
    assert shown.stage.line is None


@on_loop
async def test_news_that_came_between_two_questions_is_given_at_once(shown):
    _, first = await asked(shown)
    shown.say("1")
    assert words((await asked(shown, first["n"]))[1]) == "1"


@pytest.mark.parametrize("have", [0, 99, "1", None, [1], {"n": 1}])
@on_loop
async def test_who_has_another_frame_is_told_everything(shown, have):
    _, first = await asked(shown)
    status, frame = await asked(shown, have)
    assert (status, frame["base"], len(frame["cells"])) == (200, None, len(first["cells"]))


@on_loop
async def test_without_news_it_is_answered_after_a_while(shown, monkeypatch):
    """Before a proxy gives it up; and what comes then is not lost."""
    monkeypatch.setattr(module, "HELD", 0.1)
    _, first = await asked(shown)
    began = time.monotonic()
    assert await asked(shown, first["n"]) == (204, None)
    assert time.monotonic() - began >= 0.09
    shown.say("1")
    assert words((await asked(shown, first["n"]))[1]) == "1"


@on_loop
async def test_of_two_questions_the_later_one_is_answered(shown):
    _, first = await asked(shown)
    one = asyncio.create_task(asked(shown, first["n"]))
    await asyncio.sleep(0.05)
    other = asyncio.create_task(asked(shown, first["n"]))
    assert await asyncio.wait_for(one, 10) == (204, None)
    shown.say("1")
    assert words((await other)[1]) == "1"


@on_loop
async def test_questions_of_one_line_are_answered_one_after_the_other_each_with_a_frame_of_its_own(shown):
    """So that a browser can ask ahead: the pace is not set by how far away it is."""
    _, first = await asked(shown, line="a")
    questions = [asyncio.create_task(asked(shown, first["n"], line="a")) for _ in range(3)]
    before = first["n"]
    for i, question in enumerate(questions, 1):
        await asyncio.sleep(0.05)
        assert not any(later.done() for later in questions[i - 1:])
        shown.say(i)
        status, frame = await question
        assert (status, frame["base"], words(frame)) == (200, before, str(i))
        before = frame["n"]
    assert shown.stage.line is None


@on_loop
async def test_a_browser_that_asks_for_the_next_frame_has_drawn_one(shown):
    drawn = []
    app = Starlette(routes=routes(drawn=lambda: drawn.append(True)))
    _, first = await post(shown.path, {"have": None}, app=app)
    await post(shown.path, {"order": {"do": "train"}, "have": 1}, app=app)
    assert drawn == []
    shown.say("1")
    await post(shown.path, {"have": json.loads(first)["n"]}, app=app)
    assert drawn == [True]
    line = await Socket(shown.path, app=app).open()
    line.ask()
    frame = await line.frame()
    assert drawn == [True]
    line.ask(frame["n"])
    await line.quiet()
    assert drawn == [True, True]
    await line.leave()


@on_loop
async def test_how_long_a_question_was_held_is_told(shown):
    _, first = await asked(shown, line="a")
    question = asyncio.create_task(asked(shown, first["n"], line="a"))
    await asyncio.sleep(0.2)
    shown.say("1")
    assert 190 <= (await question)[1]["held"] < 2000


@on_loop
async def test_a_line_of_another_name_takes_over_with_all_its_questions(shown):
    _, first = await asked(shown, line="a")
    ones = [asyncio.create_task(asked(shown, first["n"], line="a")) for _ in range(3)]
    await asyncio.sleep(0.05)
    other = asyncio.create_task(asked(shown, None, line="b"))
    assert [await asyncio.wait_for(one, 10) for one in ones] == 3 * [(204, None)]
    status, frame = await other
    assert (status, frame["base"], words(frame)) == (200, None, "0")


@pytest.mark.parametrize("name", [None, 3, ["a"], {}])
@on_loop
async def test_a_line_without_a_name_has_one_question(shown, name):
    _, first = await asked(shown, line=name)
    one = asyncio.create_task(asked(shown, first["n"], line=name))
    await asyncio.sleep(0.05)
    other = asyncio.create_task(asked(shown, first["n"], line=name))
    assert await asyncio.wait_for(one, 10) == (204, None)
    shown.say("1")
    assert words((await other)[1]) == "1"


@on_loop
async def test_who_asks_a_thousand_times_at_once_is_held_a_few_times(shown):
    _, first = await asked(shown, line="a")
    questions = [asyncio.create_task(asked(shown, first["n"], line="a")) for _ in range(1000)]
    refused = []
    while len(refused) < len(questions) - MOST_ASKS:
        await asyncio.sleep(0.05)
        refused = [question for question in questions if question.done()]
    await asyncio.sleep(0.05)  # and no more
    refused = [question for question in questions if question.done()]
    assert {await question for question in refused} == {(429, None)}
    assert len(questions) - len(refused) == MOST_ASKS
    held = [question for question in questions if question not in refused]
    for i in count():  # on a busy machine one frame may tell of several
        if all(question.done() for question in held):
            break
        shown.say(f"again {i}")
        await asyncio.sleep(0.02)
    assert {(await question)[0] for question in held} == {200}
    assert shown.stage.line is None


@on_loop
async def test_a_question_goes_on_where_a_socket_left_off(shown):
    line = await Socket(shown.path).open()
    line.ask()
    frame = await line.frame()
    await line.leave()
    shown.say("1")
    status, after = await asked(shown, frame["n"])
    assert (status, after["base"], words(after)) == (200, frame["n"], "1")


@on_loop
async def test_a_stage_that_is_gone_is_not_found(shown):
    _, first = await asked(shown)
    question = asyncio.create_task(asked(shown, first["n"]))
    await asyncio.sleep(0.05)
    leave(shown.stage)
    assert (await question)[0] in (204, 410)
    assert await asked(shown, first["n"]) == (410, None)
    assert await post("/live/unknown", {}) == (410, SERVER.encode())  # by which a browser knows one started anew


@pytest.mark.parametrize("pieces", [1, 7])
@on_loop
async def test_who_says_too_much_is_not_heard(shown, pieces):
    assert (await post(shown.path, b"x" * (LONGEST + 1), pieces=pieces))[0] == 413
    assert (await post(shown.path, b"x" * 2 ** 20, pieces=pieces))[0] == 413
    assert shown.painted == 0


@pytest.mark.parametrize("nonsense", [b"", b"\xff", b"[]", b"3", b"[" * 4000, b'{"have":NaN}', b'{"order": 3}'])
@on_loop
async def test_nonsense_is_a_question_of_who_knows_nothing(shown, nonsense):
    status, body = await post(shown.path, nonsense)
    assert (status, words(json.loads(body))) == (200, "0")


@on_loop
async def test_a_server_that_is_asked_whether_it_is_there_says_so_at_once(shown):
    held = asyncio.create_task(asked(shown, (await asked(shown))[1]["n"]))
    await asyncio.sleep(0.05)
    assert await post(shown.path, {"there": True}) == (204, b"")
    assert not held.done()
    shown.say("1")
    assert (await held)[0] == 200


@pytest.mark.parametrize(("origin", "status"), [(b"http://here:8501", 200), (b"http://there", 403), (b"null", 403)])
@on_loop
async def test_a_page_of_elsewhere_is_refused(shown, origin, status):
    assert (await post(shown.path, {}, (b"origin", origin)))[0] == status
    assert shown.painted == (status == 200)


@on_loop
async def test_it_is_there_under_a_path_too(shown):
    shown.path = f"/~/+{shown.path}"
    assert (await asked(shown))[0] == 200


@on_loop
async def test_an_order_is_taken_and_answered_without_a_frame(shown):
    taken = []
    shown.stage.order = taken.append
    assert await asked(shown, order={"do": "train"}) == (204, None)
    assert taken == [{"do": "train"}]
    assert shown.painted == 0


@on_loop
async def test_who_goes_away_in_the_middle_of_a_question_leaves_nothing(shown, caplog):
    said = iter([{"type": "http.request", "body": b'{"have"', "more_body": True}, {"type": "http.disconnect"}])
    heard = []

    async def receive():
        return next(said)

    async def send(message):
        heard.append(message)

    await APP(scope("http", shown.path, ()), receive, send)
    assert (shown.painted, shown.stage.line, caplog.records) == (0, None, [])
