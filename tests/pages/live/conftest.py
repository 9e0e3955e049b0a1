"""A stage whose picture a test sets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.live.bell import Bell
from pages._chart.frame import HtmlCell
from pages._live import stage as module
from pages._live.registry import STAGES, enter, leave
from pages._live.stage import Picture, Stage


class Shown:
    """What is on the stage: `words`, which ring where they change."""

    def __init__(self) -> None:
        self.bell, self.words, self.more, self.painted = Bell(), "0", {}, 0
        self.stage = enter(Stage(self.paint))
        self.stage.follow([self.bell])
        self.path = f"/live/{self.stage.token}"

    def paint(self) -> Picture:
        self.painted += 1
        return Picture({"said": {"words": HtmlCell(self.words), "rests": HtmlCell("rests")}}, **self.more)

    def say(self, words: object, **more: object) -> None:
        self.words, self.more = str(words), more
        self.bell.ring()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """No frame waits until it is due, but where a test says so."""
    monkeypatch.setattr(module, "FASTEST", 0.0)
    monkeypatch.setattr(module, "SHARED", 0.0)
    before = set(STAGES)
    found = Shown()
    yield found
    leave(found.stage)
    assert set(STAGES) == before


def words(frame: dict) -> str | None:
    """What a frame says that the words are; None where it says nothing of them."""
    return next((cell["html"] for cell in frame["cells"] if cell["name"] == "words"), None)
