"""The stages that live, by token: what a route finds of all that its server shows."""

from __future__ import annotations

from secrets import token_hex

from pages._live.stage import Stage

SERVER = token_hex(4)  # of this process: by it a browser knows that another has taken its place
STAGES: dict[str, Stage] = {}


def enter(stage: Stage) -> Stage:
    STAGES[stage.token] = stage
    return stage


def leave(stage: Stage) -> None:
    """Its token is worth nothing any more."""
    STAGES.pop(stage.token, None)
    stage.end()
