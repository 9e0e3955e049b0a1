"""The stages that live, by token: what a route finds of all that its server shows."""

from __future__ import annotations

from pages._live.stage import Stage

STAGES: dict[str, Stage] = {}


def enter(stage: Stage) -> Stage:
    STAGES[stage.token] = stage
    return stage


def leave(stage: Stage) -> None:
    """Its token is worth nothing any more."""
    STAGES.pop(stage.token, None)
    stage.end()
