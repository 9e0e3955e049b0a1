"""Who races: the baseline's controls beside the page, and a row of lanes, each with its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.remedies.base import remedies
from core.tasks.base import task_kind
from core.topics.race.entrants import Entrant, entrants_of
from core.topics.race.entries import (
    FREE,
    MOST_LANES,
    Baseline,
    Entry,
    RaceSpec,
    field_holder,
    lane_parameters,
    lane_title,
)
from pages._kit.controls.expanders import folded, menu_button
from pages._kit.controls.summary import summary
from pages._kit.controls.widgets import control, controls, wired
from pages._kit.link.values import Own
from pages._parts.race.lane_looks import lane_line
from pages._parts.race.lane_values import LaneValues
from pages._session import session

NETWORK = ("n_hidden", "shape", "rho", "spread", "angle", "alpha", "activation", "bias", "input_scale", "batch", "seed")


@dataclass
class Added:
    """In this browser session."""

    lanes: int = 0


def entrants(own: Own) -> tuple[list[Entrant], list[str]]:
    """The baseline and every lane that goes together with it, and one line for each that does not."""
    return own.found("entrants", lambda: _entrants(own))


def _entrants(own: Own) -> tuple[list[Entrant], list[str]]:
    baseline, problem = own.spec(Baseline)
    found, problems = entrants_of(baseline, own.spec(RaceSpec)[0].lanes)
    return found, [problem, *problems] if problem else problems


def baseline_sidebar(own: Own) -> None:
    """Task, training and network of the baseline, which all lanes share."""
    values = own.values
    with st.sidebar:
        st.markdown("## Task and baseline")
        control("task", own)
        kind = task_kind(values["task"])
        st.caption(kind.about)
        if kind.cue is not None:  # its output is fed back: a signal to generate
            control("waveform", own)
        control("seq_len", own)
        controls(["optimizer", "lr", "steps"], own)
        control("seeds", own)
        control("band", own)
        folded("Network and batches", lambda: _network(own), key="network", line=summary(NETWORK, own))
        on = [remedies()[name].title for name in remedies() if values[name]]
        folded("Remedies that all lanes share", lambda: _shared(own), key="shared", line=f"{', '.join(on) or 'None'}.")


def _network(own: Own) -> None:
    shaped = own.values["shape"] == "spectrum"
    controls([name for name in NETWORK if shaped or name not in ("spread", "angle", "alpha")], own)


def _shared(own: Own) -> None:
    on = [name for name in remedies() if own.values[name]]
    _remedies(f"{own.prefix}shared", on, partial(_share, own))
    for name in on:
        controls(_fields(name), own)


def _fields(remedy: str) -> list[str]:
    return [f"{remedy}_{field}" for field in remedies()[remedy].spec.parameters()]


def _remedies(name: str, chosen: list[str], put: Callable[[list[str]], None]) -> None:
    initial, wires = wired(name, chosen, put)
    st.multiselect("Remedies", list(remedies()), initial, format_func=lambda r: remedies()[r].title, **wires)


def _share(own: Own, chosen: list[str]) -> None:
    for name in remedies():
        own.take(name, name in chosen)


def lanes_row(own: Own) -> None:
    """A button for each lane with its number, colour and dash: the legend of all charts, and its settings."""
    st.html(f"<style>{''.join(_rule(slot) for slot in range(MOST_LANES + 1))}</style>")
    baseline, _ = own.spec(Baseline)
    lanes: tuple[Entry, ...] = own.values["lanes"]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        menu_button(f"0 Baseline: {baseline.title}", _about_the_baseline, key="lane_0")
        for slot, entry in enumerate(lanes, start=1):
            if entry:
                menu_button(f"{slot} {lane_title(entry)}", partial(_settings, own, slot), key=f"lane_{slot}")
        if sum(map(bool, lanes)) < MOST_LANES:
            key = f"add_lane~{session(Added).lanes}"  # another one for each: the menu begins empty again
            st.selectbox("Add a remedy", list(remedies()), None, format_func=lambda r: remedies()[r].title,
                         placeholder="Add a remedy", label_visibility="collapsed", key=key, on_change=_added,
                         args=(own, key), width=230)


def _about_the_baseline() -> None:
    st.markdown("What every lane is compared with. Its settings are beside the page; a lane has the same ones but for "
                "what it says.")


def _rule(slot: int) -> str:
    """Below a lane's button its line; a browser that sets its own colours leaves it as it is."""
    button = f".st-key-menu_lane_{slot} button"
    return (f"{button} {{ position: relative; padding: 0.1rem 0.6rem; min-height: 2.2rem; }}"
            f"{button}::after {{ content: ''; position: absolute; inset: auto 0.4rem 1px; height: 4px; "
            f"background: {lane_line(slot)}; forced-color-adjust: none; }}")


def _settings(own: Own, slot: int) -> None:
    """The remedies of a lane, their fields, and what else it has of its own."""
    lane = LaneValues(own, slot)
    entry = lane.entry
    on = [name for name in remedies() if entry.get(name)]
    _remedies(f"{lane.prefix}remedies", on, partial(_put_remedies, lane))
    for name in on:
        st.markdown(f"$\\small {remedies()[name].equation}$")
        controls(_fields(name), lane)
    controls((name for name in entry if (holder := field_holder(name)) and holder not in on), lane)
    others = [name for name in lane_parameters() if not _of_a_remedy(name)]
    initial, wires = wired(f"{lane.prefix}others", [name for name in others if name in entry],
                           partial(_put_others, lane))
    st.multiselect("Other settings of its own", others, initial,
                   format_func=lambda name: lane_parameters()[name].label, **wires)
    controls((name for name in others if name in entry), lane)
    st.button("Remove this lane", icon=":material/close:", key=f"remove_lane_{slot}", on_click=lane.put, args=({},))


def _of_a_remedy(name: str) -> bool:
    return any(name == r or name.startswith(f"{r}_") for r in remedies())


def _put_remedies(lane: LaneValues, chosen: list[str]) -> None:
    """Switched on those; the fields of the others go, but for those that the baseline has."""
    kept = {name: value for name, value in lane.entry.items()
            if not _of_a_remedy(name) or (holder := field_holder(name)) in chosen
            or (holder is not None and lane.own.values[holder])}
    lane.put(dict.fromkeys(chosen, True) | kept)


def _put_others(lane: LaneValues, chosen: list[str]) -> None:
    kept = {name: value for name, value in lane.entry.items() if _of_a_remedy(name)}
    lane.put(kept | {name: lane.values[name] for name in chosen})


def _added(own: Own, key: str) -> None:
    name = st.session_state.get(key)
    if name is not None:
        session(Added).lanes += 1
        add_lane(own, name)


def add_lane(own: Own, name: str) -> None:
    """A remedy in the first free lane."""
    lanes = [*own.values["lanes"], *[FREE] * MOST_LANES][:MOST_LANES]
    free = next((slot for slot, entry in enumerate(lanes, start=1) if not entry), None)
    if free is None:
        own.problems = [f"At most {MOST_LANES} lanes race beside the baseline; remove one first."]
    else:
        LaneValues(own, free).put({name: True})
