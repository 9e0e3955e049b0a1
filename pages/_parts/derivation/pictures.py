"""The picture of a step of the derivation, and the entries of the symbol that was clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from core.network.activations import ACTIVATIONS
from core.plotting.drawing import Drawing
from core.plotting.eigenvalues import eigenvalue_plane
from core.spelling import fine, tex_number
from core.topics.derivation.figures.activation_curve import activation_curve
from core.topics.derivation.figures.clip_rule import clip_rule
from core.topics.derivation.figures.entries import entries_figure
from core.topics.derivation.figures.factors import factors_figure
from core.topics.derivation.figures.flow_so_far import bounded_flow, leaky_flow, linear_flow, measured_flow
from core.topics.derivation.figures.one_update import one_update_figure
from core.topics.derivation.figures.terms import terms_figure
from core.topics.derivation.figures.unrolled import unrolled_figure
from core.topics.derivation.linear_product import powers_flow
from core.topics.derivation.on_task import MOST_LAGS, OnTask
from core.topics.derivation.readings import READINGS, headline
from core.topics.derivation.spelling import html_of, inline, symbols_in_tex
from core.topics.derivation.steps import STEPS, Step
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.symbols import SYMBOLS, Symbol, shape_of
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment
from pages._chart.frame import Cell
from pages._kit.link.values import Own
from pages._kit.verdict import verdict_cell
from pages._live.element import OnPage
from pages._live.kept import Kept
from pages._live.stage import Picture
from pages._parts.derivation.said import Said

HEIGHT, HALF = 380, 300  # pixels: of one picture, of each of two

DRAWN: dict[str, Callable[[Subject], Drawing]] = {
    "one": lambda s: one_update_figure(s.one),
    "forward": lambda s: unrolled_figure(s.word, s.t, s.k, backward=False),
    "backward": lambda s: unrolled_figure(s.word, s.t, s.k, backward=True),
    "terms": lambda s: terms_figure(s.layer, s.word.letters, s.t, s.k),
    "truncated": lambda s: terms_figure(s.layer, s.word.letters, s.t, s.k, s.k2),
    "measured": lambda s: measured_flow(s.on_task.flow),
    "plane": lambda s: eigenvalue_plane(s.layer.spectrum),
    "powers": lambda s: linear_flow(powers_flow(s.layer.W_hh, s.layer.spectrum, s.on_task.T, MOST_LAGS)),
    "factors": lambda s: factors_figure(s.layer, s.word.letters, s.activation.gamma, s.t),
    "activation": lambda s: activation_curve(s.activation, s.layer.a[s.t - 1]),
    "flow": lambda s: bounded_flow(s.on_task.flow),
    "clip": lambda s: clip_rule(s.on_task.record.grad_norm, s.on_task.threshold),
    "leak": lambda s: leaky_flow(s.on_task.flow, s.on_task.leaky(s.leak), s.leak),
}
SAME_CHART = {"forward": "word", "backward": "word", "truncated": "terms"}  # kept, with its zoom, between steps


def subject_of(experiment: Experiment, reading: Reading, place: Place, kept: Kept) -> Subject:
    """What the page speaks of; what was measured on it before is kept while it is the same."""
    on_task = kept("on task", experiment, lambda: OnTask(experiment))
    subject = Subject.at(on_task, reading, place)
    return kept("subject", subject, lambda: subject)


def picture(kept: Kept, said: Said, experiment: Experiment, reading: Reading, place: Place) -> Picture:
    """The step's figures and headline, each in a part of its own, and the entries of the symbol that was clicked; what
    is to be guessed stays hidden until it was."""
    subject, step = subject_of(experiment, reading, place, kept), STEPS[place.step - 1]
    revealed = said.revealed(step, subject)
    parts: dict[str, dict[str, Cell]] = {
        part_of(kind): {part_of(kind): DRAWN[kind](subject)} for kind in kinds_of(step, revealed)}
    if revealed and step.name not in READINGS:
        parts["verdict"] = {"verdict": verdict_cell(headline(subject), spoken=True)}
    return Picture({**parts, "entries": {"entries": _entries(SYMBOLS[said.chosen(step, subject)], subject)}})


def kinds_of(step: Step, revealed: bool) -> tuple[str, ...]:
    """Of the figures that are shown."""
    return step.pictures if revealed else (step.before,)


def part_of(kind: str) -> str:
    """The part of the page in which a figure stands."""
    return f"derivation_{SAME_CHART.get(kind, kind)}"


def pictures(on_page: OnPage, step: Step, subject: Subject, own: Own, revealed: bool) -> None:
    """The step's figures, each with what a click on it does, and lines on them."""
    kinds = kinds_of(step, revealed)
    for kind in kinds:
        on_page.show(part_of(kind), height=HEIGHT if len(kinds) == 1 else HALF, on_pick=_picking(kind, own))
    with st.container():
        for line in _captions(kinds, subject):
            st.caption(line)


def _picking(kind: str, own: Own) -> Callable[[dict[str, Any]], None] | None:
    """A click on a letter is the step t, a click on the map a pair."""
    def take(point: dict[str, Any]) -> None:
        own.take("t", round(point["y" if on_the_map else "x"]))
        if on_the_map:
            own.take("k", round(point["x"]))

    on_the_map = kind in ("terms", "truncated")
    return take if on_the_map or kind in ("forward", "backward") else None


def _captions(kinds: tuple[str, ...], s: Subject) -> list[str]:
    lines = []
    if {"measured", "flow", "leak"} & set(kinds):
        one = ", as a network of one layer" if s.reading.layers > 1 else ""
        lines.append(f"Your network before training, on the first sequence of its task, T = {s.on_task.T}{one}.")
        if s.on_task.rates.fed and "flow" in kinds:
            lines.append("The output is fed back: $\\rho$ is that of $W_{hh}$ with the way through the output, the "
                         "bound the larger one of the two matrices.")
    if {"forward", "backward"} & set(kinds):
        lines.append("Click a letter's column to follow its loss." if "backward" in kinds else
                     "Click a letter's column to choose it; the ring is there.")
    if {"terms", "truncated"} & set(kinds):
        lines.append("Click a cell to choose its pair. Lilac is exactly 0: $h_0 = 0$.")
    if "activation" in kinds:
        lines.append("γ of each: " + ", ".join(f"{one.title} {fine(one.gamma)}" for one in ACTIVATIONS.values()) + ".")
    return lines


def clicked_symbol(on_page: OnPage, name: str, subject: Subject) -> None:
    """The symbol that was clicked: meaning, shape, size and entries."""
    symbol = SYMBOLS[name]
    called, size = symbol.sized(subject)
    st.markdown(f"${inline(symbol.tex)}$: {symbols_in_tex(symbol.meaning)} It is {shape_of(symbol.value(subject))}; "
                f"${inline(called)} = {tex_number(size)}$.")
    on_page.show("entries", height=210)


def _entries(symbol: Symbol, s: Subject) -> Drawing:
    """Of a number that is another one at each letter, all of these."""
    value = symbol.value(s)
    if not isinstance(value, float) or "t" not in symbol.steps or symbol.bare:
        return entries_figure(value, html_of(symbol.tex))
    letters = s.word.letters
    each = np.array([symbol.value(s.at_step(t)) for t in range(1, len(letters) + 1)])
    return entries_figure(each, html_of(symbol.tex), letters)
