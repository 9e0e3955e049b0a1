"""Who races: the baseline's controls beside the page, and a row of lanes, each with its own."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core.markup import as_html
from core.remedies.base import remedies
from core.tasks.base import task_kind
from core.topics.race.entrants import Entrant, entrants_of
from core.topics.race.entries import (
    FREE,
    MOST_LANES,
    Baseline,
    Entry,
    RaceSpec,
    lane_parameters,
    lane_title,
)
from pages._kit.controls.expanders import menu_button
from pages._kit.controls.sidebar import remedy_rows
from pages._kit.controls.summary import said, summary
from pages._kit.controls.widgets import field, fields, panel_of
from pages._kit.link.values import Own
from pages._panel.rows import Field, Fold, Heading, Prose, Row
from pages._parts.race.lane_looks import lane_line
from pages._parts.race.lane_values import FLAG, OWN, LaneValues, of_a_remedy
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
    with st.sidebar:
        panel_of(lambda: _baseline(own), own, key="baseline", at_hand=True)


def _baseline(own: Own) -> list[Row]:
    kind, values = task_kind(own.values["task"]), own.values
    signal = ["waveform"] if kind.cue is not None else []  # its output is fed back: a signal to generate
    network = [name for name in NETWORK if values["shape"] == "spectrum" or name not in ("spread", "angle", "alpha")]
    on = [remedies()[name].title for name in remedies() if values[name]]
    shared = tuple(row for remedy in remedies().values() for row in remedy_rows(remedy, own))
    return [Heading("Task and baseline"), field("task", own), Prose(html.escape(kind.about)),
            *fields([*signal, "seq_len", "optimizer", "lr", "steps", "seeds", "band", "reach_level"], own),
            Fold("lanes.network", "Network and batches", fields(network, own), line=as_html(summary(NETWORK, own))),
            Fold("lanes.shared", "Remedies that all lanes share", shared,
                 line=html.escape(f"{', '.join(on) or 'None'}."))]


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
    for name in remedies():
        if lane.values[name]:
            st.markdown(f"$\\small {remedies()[name].equation}$")
    panel_of(lambda: _lane(lane), lane, key=f"lane{slot}")
    st.button("Remove this lane", icon=":material/close:", key=f"remove_lane_{slot}", on_click=lane.put, args=({},))


def _lane(lane: LaneValues) -> list[Row]:
    """Its remedies first; the others, and the settings that it may have of its own, folded."""
    on = [remedy for remedy in remedies().values() if lane.values[remedy.name]]
    first = [row for remedy in on for row in remedy_rows(remedy, lane)]
    rest = tuple(field(remedy.name, lane) for remedy in remedies().values() if remedy not in on)
    others = [name for name in lane_parameters() if not of_a_remedy(name)]
    its_own = [said(lane.parameters[name], lane.values[name]) for name in others if name in lane.entry]
    return [*first, Fold(f"{lane.prefix}rest", "More remedies" if on else "Remedies", rest),
            Fold(f"{lane.prefix}own", "Other settings of its own", tuple(_own_or_shared(lane, name) for name in others),
                 line=as_html(f"{', '.join(its_own) or 'None'}."))]


def _own_or_shared(lane: LaneValues, name: str) -> Field:
    """A switch in front: off, it is the baseline's."""
    shown = field(name, lane)
    switch = Field(f"{OWN}{name}", FLAG, name in lane.entry, of=lane.prefix, label=shown.label,
                   heard=f"{shown.heard}, of its own")
    return replace(shown, switch=switch)


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
