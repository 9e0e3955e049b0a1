"""The playground's controls: eigenvalues, activation, length, clip and truncation first; the others folded below."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

import streamlit as st

from core.markup import as_html, as_markdown
from core.network.activations import ACTIVATIONS
from core.network.cells.in_words import where_phi_acts
from core.parameters import Number, ParameterError
from core.remedies.base import Remedy, remedies
from core.spelling import fine
from core.tasks.base import task_kind
from pages._kit.controls.expanders import folded
from pages._kit.controls.names import numbered
from pages._kit.controls.summary import summary
from pages._kit.controls.widgets import field, fields, panel_of, switched
from pages._kit.link.each_eigenvalue import PARTS, parts, shaped
from pages._kit.link.settings import settings
from pages._kit.link.values import Own, Values
from pages._panel.rows import Button, Field, Fold, Prose, Row

EACH_UP_TO = 8  # hidden units: more sliders than this help nobody
SEEDS = 10**6
HELPS = {"exploding": "Against exploding", "vanishing": "Against vanishing", "both": "Against both"}
MATRIX = ("shape", "spread", "angle", "alpha", "eigenvalues", "moved")
TRAINING = ("optimizer", "lr", "steps")
NETWORK = ("n_hidden", "bias", "input_scale", "batch", "dtype", "seed")
CHUNKS = ("truncation_k1", "truncation_carry")
ON_TOP = ("clip_norm", "truncation")  # remedies beside the eigenvalues, the activation and the length


def sidebar() -> None:
    """All controls: the five that the page is about, and the others folded below. They write the session's settings
    and nothing else."""
    with st.sidebar:
        panel_of(_rows, None, key="sidebar", at_hand=True)
        on = [remedy for remedy in remedies().values() if settings().values[remedy.name]]
        if on:
            folded("Rules and sources", lambda: _about(on), key="rules", line="Of the remedies that are on.")


def network_sidebar(own: Own, names: list[str]) -> None:
    """The network alone, for a page that trains nothing, under the fields that the page itself has."""
    def rows() -> list[Row]:
        values = settings().values
        rest = ["task", *task_kind(values["task"]).options, "n_hidden", "bias", "input_scale", "lr", "seed"]
        return [*fields(names, own), *_matrix(), field("seq_len"),
                fold("network", "Task, network and seed", rest, settings(), new_seed())]

    with st.sidebar:
        panel_of(rows, own, None, key="network", at_hand=True)


def _rows() -> list[Row]:
    values = settings().values
    return [*_matrix(where_phi_acts(name for name in remedies() if values[name])), field("seq_len"),
            switched("clip_norm", "clip_norm_threshold"), *truncation_rows(), task_fold(),
            fold("training", "Training", TRAINING, settings()), *remedy_folds(settings(), ON_TOP),
            fold("network", "Network, batch and seed", NETWORK, settings(), new_seed())]


def fold(key: str, title: str, names: Iterable[str], of: Values, *more: Row) -> Fold:
    """These parameters folded away, with a line on what is in it."""
    names = list(names)
    return Fold(key, title, (*fields(names, of), *more), line=as_html(summary(names, of)))


def truncation_rows() -> list[Row]:
    """The switch with how far back; the rest folded while it is on."""
    first = switched("truncation", "truncation_k2")
    return [first, fold("chunks", "Chunks", CHUNKS, settings())] if settings().values["truncation"] else [first]


def task_rows(of: Values) -> list[Row]:
    """The task, what it is, and its options."""
    kind = task_kind(of.values["task"])
    return [field("task", of), Prose(html.escape(kind.about)), *fields(kind.options, of)]


def task_fold() -> Fold:
    of, name = settings(), settings().values["task"]
    kind = task_kind(name)
    line = f"{kind.title}." if name == of.parameters["task"].default else f"Changed: {kind.title}."
    line = f"{line} {summary(kind.options, of)}" if kind.options else line
    return Fold("task", "Task", tuple(task_rows(of)), line=as_html(line))


def new_seed() -> Button:
    seed = settings().values["seed"]
    return Button("New seed", {"seed": str((seed + 1) % SEEDS)}, help="The next seed: other weights, other batches.")


def remedy_folds(of: Values, but: Sequence[str] = ()) -> list[Fold]:
    """A switch each, by what it helps against; the fields of those that are on."""
    found = []
    for helps, title in HELPS.items():
        group = [remedy for remedy in remedies().values() if remedy.helps == helps and remedy.name not in but]
        rows = tuple(row for remedy in group for row in remedy_rows(remedy, of))
        found.append(Fold(f"{of.prefix}{helps}", title, rows,
                          line=as_html(summary([remedy.name for remedy in group], of))))
    return found


def remedy_rows(remedy: Remedy, of: Values, first: str = "") -> list[Field]:
    """Its switch, with this number, or the first that it has, while it is on; then the others.

    Args:
        first: is there while it is off, too.
    """
    names = [f"{remedy.name}_{name}" for name in remedy.spec.parameters()]
    on, first_of = of.values[remedy.name], first or next(iter(names), "")
    if not first_of or not (first or on) or not isinstance(of.parameters[first_of], Number):
        return [field(remedy.name, of), *(fields(names, of) if on else ())]
    rest = fields((name for name in names if name != first_of), of) if on else ()
    return [switched(remedy.name, first_of, of), *rest]


def _about(on: list[Remedy]) -> None:
    for remedy in on:
        st.markdown(f"**{as_markdown(remedy.title)}**  \n$\\small {remedy.equation}$")
        st.caption(as_markdown(f"{remedy.cost} ({remedy.cites})"))


def _matrix(acts: str = "") -> list[Row]:
    """The eigenvalues, and the activation; `acts`: where it acts in a gated cell."""
    chosen = ACTIVATIONS[settings().values["activation"]]
    critical = [(1.0, "ρ = 1")] + ([(1.0 / chosen.gamma, "ργ = 1")] if chosen.gamma not in (0.0, 1.0) else [])
    formula = f"{chosen.formula}, largest slope γ = {fine(chosen.gamma)}" + (f". {acts}" if acts else "")
    return [field("rho", ticks=tuple(critical)),
            Fold("shape", "Shape the matrix", tuple(_shape()), line=as_html(summary(MATRIX, settings()))),
            field("activation"), Prose(formula_html(formula))]


def formula_html(text: str) -> str:
    """Words in which *a letter* is set as a symbol."""
    return re.sub(r"\*(\w+)\*", r"<i>\1</i>", as_html(text))


def _shape() -> list[Row]:
    """What kind of matrix, and where its eigenvalues lie: by three numbers, or each by itself."""
    values = settings().values
    rows: list[Row] = list(fields(["shape", "spread", "angle", "alpha"]))
    each = bool(values["eigenvalues"])
    if values["n_hidden"] > EACH_UP_TO:
        rows.append(Prose(f"With {EACH_UP_TO} hidden units or fewer (below), each eigenvalue can have its own slider."))
    else:
        rows.append(Button("Set each eigenvalue", {"eigenvalues": "" if each else shaped(values)}, on=each,
                           help="One slider for each eigenvalue instead of radius, spread and angle."))
        if each:
            rows += _each_eigenvalue()
    return [*rows, *fields(["eigenvalues", "moved"])]


def _each_eigenvalue() -> list[Field]:
    """Magnitude and phase of each pair, value of each real eigenvalue; they write the list."""
    try:
        found = parts(settings().values)
    except ParameterError:  # a line above the charts says so
        return []
    words = {"size": "Size of", "angle": "Angle of", "value": "Real eigenvalue"}
    return [Field(name, PARTS[part], now, label=(label := numbered(words[part], number)
                                                 + (" (°)" if part == "angle" else "")), heard=label,
                  refused=settings().refused.get(name, "")) for name, number, part, now in found]
