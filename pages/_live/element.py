"""How a script puts a stage on its page: one element for each part, whose cells a line, or the script, keeps new."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from secrets import token_hex

import streamlit as st

from core.live.bell import Bell
from pages._chart.frame import as_json
from pages._chart.plot import Pick, component, picked
from pages._live.registry import SERVER, enter, leave
from pages._live.stage import Order, Picture, Stage, mark
from pages._session import session


@dataclass
class Known:
    """A browser session, which outlives its stages where the browser comes back."""

    name: str = field(default_factory=lambda: token_hex(4))


class Stages(dict[str, Stage]):
    """Of this browser session, by name."""

    def end(self) -> None:
        for stage in self.values():
            leave(stage)


@st.cache_resource(scope="session", on_release=Stages.end, show_spinner=False)
def _stages() -> Stages:
    return Stages()


class OnPage:
    """A stage in one run of a script."""

    def __init__(self, stage: Stage, around: Hashable | None) -> None:
        self._stage, self._around = stage, around
        self._first = True  # no part has been shown yet

    def show(self, part: str, *, columns: int = 1, height: int = 300, on_pick: Pick | None = None) -> None:
        """The element of a part: charts side by side, in rows of so many or, where there is no room for that, of fewer.

        Args:
            height: of a chart, px.
            on_pick: called with {"x", "y", "trace"} of the point that the reader clicks.
        """
        stage, key = self._stage, f"stage_{part}"
        asked = (st.session_state.get(key) or {}).get("ask")
        live, first = {"token": stage.token, "part": part}, None
        if self._first and stage.line is None:  # nobody else brings it
            have = asked.get("have") if isinstance(asked, dict) else None
            _, first = stage.frame(stage.known(have), always=True)
        self._first = False
        around = stage.around() if self._around is None else mark(self._around)
        told = as_json({"columns": columns, "height": height, "picks": on_pick is not None,
                        "live": live | {"around": around, "server": SERVER, "session": session(Known).name}})
        # as bytes: in anything else Streamlit looks for tables, and loads pandas for it, 0.3 s of a server's first page
        component()(key=key, data=(told if first is None else f'{told[:-1]},"frame":{first}}}').encode(),
                    on_around_change=_run_again, on_ask_change=_nothing,
                    on_picked_change=lambda: picked(key, on_pick))


def live(name: str, paint: Callable[[], Picture], *, bells: Iterable[Bell] = (), around: Hashable | None = None,
         order: Order | None = None) -> OnPage:
    """The stage of this name: as it is painted from now on.

    Args:
        bells: ring when there may be something new to see.
        around: what the script shows of `Picture.around`, which may be another by the time that the browser has it; the
            last picture's if None.
        order: takes what the reader's hand says meanwhile.
    """
    stages = _stages()
    if name not in stages:
        stages[name] = enter(Stage(paint))
    stage = stages[name]
    stage.paint, stage.order = paint, order
    stage.follow(bells)
    stage.ring()
    return OnPage(stage, around)


def _nothing() -> None:
    """The run of the script that follows is the answer."""


def _run_again() -> None:
    """What the page around shows has changed."""
    st.rerun()
