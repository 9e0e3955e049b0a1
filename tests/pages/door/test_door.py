"""Who is let in, and what a browser is told with each answer; without a server."""

import asyncio
import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
import streamlit
from starlette.responses import PlainTextResponse
from streamlit import config

from pages._door.door import Door, door
from pages._door.policy import headers
from tests.helpers.asgi import HOST, on_loop, scope


class Inside:
    """What stands behind the door, and what it was asked."""

    def __init__(self):
        self.asked = []

    async def __call__(self, scope, receive, send):
        self.asked.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            own = {"X-Content-Type-Options": "none", "X-Own": "1"}
            await PlainTextResponse("in", headers=own)(scope, receive, send)


async def knock(kind, *sent, method="POST", host=HOST):
    """What is answered, and the headers that came through as lists by name; None where nothing did."""
    inside, answers = Inside(), []
    asked = scope(kind, "/any", sent) | {"method": method}
    asked["headers"] = [one for one in asked["headers"] if one != HOST] + ([host] if host else [])

    async def send(message):
        answers.append(message)

    await asyncio.wait_for(Door(inside, headers())(asked, None, send), 30)
    return answers, inside.asked[0]["headers"] if inside.asked else None


@pytest.fixture
def setting(monkeypatch):
    """Sets one of Streamlit's settings."""
    given, own = config.get_option, {}
    monkeypatch.setattr(config, "get_option", lambda name: own[name] if name in own else given(name))
    return own


FOREIGN = [b"http://there", b"http://here", b"http://here:9999", b"null", b"", b"http://[", b"http://here:8501.there",
           b"http://there/here:8501", b"here:8501", b"http://localhost.there:8501", b"file://", b"\xff"]
HOME = [b"http://here:8501", b"https://here:8501"]
NEIGHBOURS = [b"http://localhost:3000", b"http://127.0.0.1"]


@pytest.mark.parametrize("origin", FOREIGN)
@on_loop
async def test_a_page_of_elsewhere_opens_no_socket_and_orders_nothing(origin):
    answers, through = await knock("websocket", (b"origin", origin))
    assert ([one["type"] for one in answers], through) == (["websocket.close"], None)
    answers, through = await knock("http", (b"origin", origin))
    assert (answers[0]["status"], through) == (403, None)


@pytest.mark.parametrize("origin", HOME)
@on_loop
async def test_a_page_of_this_server_is_let_in_as_it_came(origin):
    for kind in ("websocket", "http"):
        assert (b"origin", origin) in (await knock(kind, (b"origin", origin)))[1]


@on_loop
async def test_what_is_no_browser_says_no_origin_and_is_let_in():
    for kind in ("websocket", "http"):
        assert (await knock(kind))[1] == [HOST]


@on_loop
async def test_of_two_origins_each_is_looked_at():
    assert (await knock("websocket", (b"origin", HOME[0]), (b"origin", b"http://there")))[1] is None


@pytest.mark.parametrize("origin", [*HOME, b"null", b""])
@on_loop
async def test_a_server_that_is_asked_under_no_name_knows_no_page_of_its_own(origin):
    assert (await knock("websocket", (b"origin", origin), host=None))[1] is None


@on_loop
async def test_what_only_reads_is_left_to_the_browser():
    """It gives a page of elsewhere no answer that Streamlit did not allow."""
    for method in ("GET", "HEAD", "OPTIONS"):
        assert (await knock("http", (b"origin", b"http://there"), method=method))[1] is not None


@pytest.mark.parametrize(("name", "value"), [
    ("server.corsAllowedOrigins", ["", " https://course.example "]), ("server.corsAllowedOrigins", ["course.example"]),
    ("browser.serverAddress", "course.example"), ("browser.serverAddress", "course.example/deep"),
    ("server.enableCORS", False)])
@on_loop
async def test_the_host_lets_others_in_and_streamlit_hears_of_no_other_origin(setting, name, value):
    """For it would look up its own external address first."""
    setting[name] = value
    for origin in (b"https://course.example", b"http://course.example:8443"):
        assert (await knock("websocket", (b"origin", origin)))[1] == [HOST]
        assert (b"origin", origin) in (await knock("http", (b"origin", origin)))[1]
    for origin in (b"https://other.example", b"null"):
        assert ((await knock("websocket", (b"origin", origin)))[1] is None) == (name != "server.enableCORS")


@pytest.mark.parametrize("origin", NEIGHBOURS)
@on_loop
async def test_this_machine_is_let_in_whatever_the_port_as_by_streamlit(origin):
    assert (await knock("websocket", (b"origin", origin)))[1] == [HOST]


@on_loop
async def test_every_answer_says_once_what_a_browser_may_do():
    for sent in ([], [(b"origin", b"http://there")]):
        (begun, *_), _ = await knock("http", *sent)
        said = [(name, text) for name, text in begun["headers"] if name in (
            b"content-security-policy", b"x-content-type-options", b"referrer-policy")]
        assert sorted(said) == [(name.lower().encode(), text.encode()) for name, text in sorted(headers().items())]
    (begun, *_), _ = await knock("http")
    assert (b"x-own", b"1") in begun["headers"]


def directives():
    return dict(one.partition(" ")[::2] for one in headers()["Content-Security-Policy"].split("; "))


class InPage(HTMLParser):
    """The text of scripts that stand in a page."""

    texts, inside = (), False

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "script" and "src" not in dict(attrs)

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        self.texts += (data,) * self.inside


def test_nothing_comes_from_elsewhere_and_of_scripts_in_a_page_only_streamlits_own():
    page = InPage()
    page.feed((Path(streamlit.__file__).parent / "static/index.html").read_text("utf-8"))
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in page.texts]
    assert len(hashes) == 1
    given = directives()
    assert given["script-src"].split() == ["'self'", "blob:", "'wasm-unsafe-eval'", *hashes]
    assert given["default-src"] == "'self'"
    assert {word for words in given.values() for word in words.split()} - set(hashes) == {
        "'self'", "'none'", "'unsafe-inline'", "'wasm-unsafe-eval'", "data:", "blob:"}
    assert [name for name, words in given.items() if "'unsafe" in words] == ["style-src"]


@pytest.mark.parametrize(("text", "said"), [
    (None, None), ("self", "'self'"), ("none", "'none'"),
    ("https://moodle.example.org", "https://moodle.example.org"),
    (" self  https://*.example.org\thttp://localhost:8080 ", "'self' https://*.example.org http://localhost:8080")])
def test_a_host_names_the_sites_that_may_show_the_app_in_a_frame(monkeypatch, text, said):
    monkeypatch.delenv("FRAME_ANCESTORS", raising=False)
    if text is not None:
        monkeypatch.setenv("FRAME_ANCESTORS", text)
    assert directives().get("frame-ancestors") == said


@pytest.mark.parametrize("text", ["", "  ", "moodle.example.org", "*", "self none", "https://a.example; script-src *",
                                  "https://a.example,https://b.example", "'self'", "https://a.example/course",
                                  "https://é.example", "ftp://a.example", "https://" + "a" * 100 + "_"])
def test_a_setting_that_names_no_sites_is_one_line_and_the_server_does_not_start(monkeypatch, capsys, text):
    monkeypatch.setenv("FRAME_ANCESTORS", text)
    with pytest.raises(SystemExit) as end:
        door()
    line, = capsys.readouterr().err.splitlines()
    assert end.value.code == 2
    assert line.startswith("FRAME_ANCESTORS must be sites such as https://moodle.example.org, or self, with blanks "
                           "between, or none, got ")
    assert len(line) < 160
