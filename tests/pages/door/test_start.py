"""The README's first command, with a home of nobody's: what it says, opens and asks of a network."""

import os
import pty
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from pages._door.addresses import FAR
from pages._door.policy import headers
from tests.helpers.waiting import wait_until

ROOT = Path(__file__).parents[3]
WATCHED = ROOT / "tests" / "helpers" / "watched"
COMMAND = [str(Path(sys.executable).with_name("streamlit")), "run", "app.py"]  # as README has it
HANDSHAKE = ("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n\r\n")


class Started:
    """A server on a port of its own, at a terminal; `said` is what it has said there."""

    def __init__(self, folder: Path, **more: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log, self.asked = folder / "said", folder / "asked"
        home = folder / "home"
        home.mkdir()
        terminal, its_end = pty.openpty()
        given = {name: text for name, text in os.environ.items() if "DISPLAY" not in name and "STREAMLIT" not in name}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                COMMAND, cwd=ROOT, stdin=its_end, stdout=log, stderr=log,
                env=given | {"HOME": str(home), "PYTHONPATH": str(WATCHED), "WATCHED": str(self.asked),
                             "STREAMLIT_SERVER_PORT": str(self.port)} | more)
        os.close(its_end)
        self.terminal = terminal

    @property
    def said(self) -> str:
        return self.log.read_text()

    def is_there(self) -> bool:
        assert self.process.poll() is None, self.said
        try:
            return urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=5).status == 200
        except OSError:
            return False

    def shakes_hands(self, path: str, origin: str) -> str:
        """The first line of the answer to a WebSocket's handshake."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(HANDSHAKE.format(path=path, port=self.port, origin=origin).encode())
            return line.recv(4096).decode("latin-1").splitlines()[0]  # frames may follow


@contextmanager
def started(folder: Path, **more: str):
    server = Started(folder, **more)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait(30)
        os.close(server.terminal)


def test_nothing_outside_is_asked_at_the_start_nor_for_a_page_of_elsewhere(tmp_path):
    with started(tmp_path) as server:
        wait_until(server.is_there)
        for path in ("/_stcore/stream", "/live/any"):
            assert " 403 " in server.shakes_hands(path, "http://there.example")
            assert " 101 " in server.shakes_hands(path, f"http://127.0.0.1:{server.port}")
        answer = urlopen(f"http://127.0.0.1:{server.port}/", timeout=30)
        assert {name: answer.headers[name] for name in headers()} == headers()
        asked, said = server.asked.read_text().splitlines(), server.said
    assert len(asked) == len(FAR)  # a way to each is chosen, which sends nothing
    assert {re.fullmatch(r"socket\.connect SOCK_DGRAM \[\('([\d.]+)', 9\)\]", line)[1] for line in asked} == set(FAR)
    shown = re.findall(r"^  (On this machine|In the same network): http://([\w.]+):(\d+)$", said, re.MULTILINE)
    assert shown[0] == ("On this machine", "localhost", str(server.port))
    assert {where for where, *_ in shown[1:]} <= {"In the same network"}
    assert not re.search("e-?mail|External|Traceback|statistics", said, re.IGNORECASE)
    assert not list((tmp_path / "home").rglob("credentials*"))


def test_where_there_is_a_display_a_browser_opens_and_no_question_is_asked(tmp_path):
    opened, tools = tmp_path / "opened", tmp_path / "tools"
    tools.mkdir()
    browser = tools / "xdg-open"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part && mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    with started(tmp_path, DISPLAY=":99", PATH=f"{tools}:{os.environ['PATH']}") as server:
        wait_until(opened.exists)
        assert opened.read_text() == f"http://localhost:{server.port}\n"
        wait_until(server.is_there)
        assert not re.search("e-?mail|skills|Traceback", server.said, re.IGNORECASE)


def test_a_bad_setting_of_the_host_is_one_line_and_exit_code_2(tmp_path):
    with started(tmp_path, FRAME_ANCESTORS="moodle.example.org") as server:
        assert server.process.wait(60) == 2
    assert [line for line in server.said.splitlines() if line.strip()] == [
        "FRAME_ANCESTORS must be sites such as https://moodle.example.org, or self, with blanks between, or none, got "
        "moodle.example.org."]
