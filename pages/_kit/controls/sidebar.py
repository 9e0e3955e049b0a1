"""The playground's controls: eigenvalues, activation, length, clip and truncation first; the others folded below."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from core.markup import as_markdown
from core.network.activations import ACTIVATIONS
from core.network.cells.in_words import where_phi_acts
from core.network.spectrum import listed_blocks, shaped_blocks
from core.parameters import ParameterError
from core.remedies.base import Remedy, remedies
from core.spelling import fine
from core.tasks.base import task_kind
from pages._kit.controls.expanders import folded
from pages._kit.controls.names import numbered
from pages._kit.controls.press import once
from pages._kit.controls.summary import summary
from pages._kit.controls.widgets import control, controls, key_and_initial, replaced, wired
from pages._kit.link.settings import settings
from pages._kit.link.values import Own

EACH_UP_TO = 8  # hidden units: more sliders than this help nobody
SEEDS = 10**6
HELPS = {"exploding": "Against exploding", "vanishing": "Against vanishing", "both": "Against both"}
MATRIX = ("shape", "spread", "angle", "alpha", "eigenvalues")
TRAINING = ("optimizer", "lr", "steps")
NETWORK = ("n_hidden", "bias", "input_scale", "batch", "dtype", "seed")
ON_TOP = ("clip_norm", "truncation")  # remedies beside the eigenvalues, the activation and the length


def sidebar() -> None:
    """All controls: the five that the page is about, and the others folded below. They write the session's settings
    and nothing else."""
    values = settings().values
    with st.sidebar:
        _matrix(values, where_phi_acts(name for name in remedies() if values[name]))
        control("seq_len")
        _on_top("clip_norm", ["clip_norm_threshold"])
        _on_top("truncation", ["truncation_k2"], ["truncation_k1", "truncation_carry"])
        folded("Task", _task, key="task", line=_task_line())
        folded("Training", lambda: controls(TRAINING), key="training", line=summary(TRAINING, settings()))
        _remedies(values)
        folded("Network, batch and seed", lambda: _with_a_seed(NETWORK), key="network",
               line=summary(NETWORK, settings()))


def network_sidebar(own: Own, names: list[str]) -> None:
    """The network alone, for a page that trains nothing, under the fields that the page itself has."""
    values = settings().values
    rest = ["task", *task_kind(values["task"]).options, "n_hidden", "bias", "input_scale", "lr", "seed"]
    with st.sidebar:
        controls(names, own)
        _matrix(values)
        control("seq_len")
        folded("Task, network and seed", lambda: _with_a_seed(rest), key="network", line=summary(rest, settings()))


def _task() -> None:
    kind = task_kind(settings().values["task"])
    control("task")
    st.caption(kind.about)
    controls(kind.options)


def _task_line() -> str:
    name = settings().values["task"]
    kind = task_kind(name)
    line = f"{kind.title}." if name == settings().parameters["task"].default else f"Changed: {kind.title}."
    return f"{line} {summary(kind.options, settings())}" if kind.options else line


def _with_a_seed(names: Iterable[str]) -> None:
    controls(names)
    st.button("New seed", on_click=once(_new_seed), help="The next seed: other weights, other batches.")


def _on_top(name: str, first: list[str], more: Sequence[str] = ()) -> None:
    """The switch of a remedy with its most important field; the others folded."""
    control(name)
    with st.container():
        if settings().values[name]:
            controls(first)
            folded("Chunks, rule and source" if more else "Rule and source", partial(_more, name, more), key=name,
                   line=summary(more, settings()) if more else "")


def _more(name: str, fields: Sequence[str]) -> None:
    controls(fields)
    _about(remedies()[name])


def _about(remedy: Remedy) -> None:
    st.markdown(f"$\\small {remedy.equation}$")
    st.caption(as_markdown(f"{remedy.cost} ({remedy.cites})"))


def _remedies(values: dict) -> None:
    """A switch each, by what it helps against; the fields of those that are on."""
    for helps, words in HELPS.items():
        group = [remedy for remedy in remedies().values() if remedy.helps == helps and remedy.name not in ON_TOP]
        folded(words, partial(_switches, values, group), key=helps,
               line=summary([remedy.name for remedy in group], settings()))


def _switches(values: dict, group: list[Remedy]) -> None:
    for remedy in group:
        control(remedy.name)
        with st.container():
            if values[remedy.name]:
                controls(f"{remedy.name}_{field}" for field in remedy.spec.parameters())
                _about(remedy)


def _matrix(values: dict, acts: str = "") -> None:
    """The eigenvalues, and the activation; `acts`: where it acts in a gated cell."""
    control("rho")
    folded("Shape the matrix", partial(_shape, values), key="shape", line=summary(MATRIX, settings()))
    control("activation")
    chosen = ACTIVATIONS[values["activation"]]
    st.caption(f"{chosen.formula}, largest slope *γ* = {fine(chosen.gamma)}" + (f". {acts}" if acts else ""))


def _shape(values: dict) -> None:
    """What kind of matrix, and where its eigenvalues lie: by three numbers, or each by itself."""
    each = bool(values["eigenvalues"])
    controls(["shape", "spread", "angle", "alpha"])
    if values["n_hidden"] <= EACH_UP_TO:
        initial, wires = wired("each", each, _set_each)
        st.toggle("Set each eigenvalue", initial, **wires,
                  help="One slider for each eigenvalue instead of radius, spread and angle.")
    else:
        st.caption(f"With {EACH_UP_TO} hidden units or fewer (below), each eigenvalue can have its own slider.")
    if each:
        if values["n_hidden"] <= EACH_UP_TO:
            _eigenvalue_sliders(values)
        control("eigenvalues")


def _eigenvalue_sliders(values: dict) -> None:
    """Magnitude and phase of each pair, value of each real eigenvalue; they write the list."""
    try:
        blocks = listed_blocks(values["eigenvalues"], values["n_hidden"])
    except ParameterError:  # a line above the charts says so
        return
    held_by = [(key_and_initial(f"real_{i}", float(z.real)),) if size == 1 else
               (key_and_initial(f"magnitude_{i}", round(min(abs(z), 2.0), 4)), key_and_initial(f"phase_{i}", _phase(z)))
               for i, (z, size) in enumerate(blocks, start=1)]
    wired = {"on_change": _collect, "args": ([tuple(key for key, _ in widgets) for widgets in held_by],)}
    for i, widgets in enumerate(held_by, start=1):
        if len(widgets) == 1:
            ((key, initial),) = widgets
            st.slider(numbered("Real eigenvalue", i), -2.0, 2.0, initial, step=0.01, key=key, **wired)
            continue
        left, right = st.columns(2)
        (magnitude, m), (phase, p) = widgets
        left.slider(numbered("Size of", i), 0.0, 2.0, m, step=0.01, key=magnitude, **wired)
        right.slider(f"{numbered('Angle of', i)} (°)", 1.0, 179.0, p, step=1.0, key=phase, **wired)


def _phase(z: complex) -> float:
    """In degrees, inside the slider's range: 0 and 180 would be two real eigenvalues."""
    return round(min(max(abs(math.degrees(cmath.phase(z))), 1.0), 179.0), 3)


def _collect(keys: list[tuple[str, ...]]) -> None:
    """All sliders together are the list."""
    if any(replaced(key) for group in keys for key in group):
        return
    state = st.session_state
    settings().take("eigenvalues", [
        _listed(state[key[0]] if len(key) == 1 else cmath.rect(state[key[0]], math.radians(state[key[1]])))
        for key in keys])


def _listed(z: complex) -> complex:
    """Short enough for a link, and inside the allowed disc after rounding."""
    z = complex(z)
    z = complex(round(z.real, 6), round(z.imag, 6))
    return z if abs(z) <= 2.0 else z * (1 - 1e-6)


def _set_each(each: bool) -> None:
    """On: start from the spectrum that the sliders shape. Off: back to it."""
    values = settings().values
    if not each:
        settings().take("eigenvalues", ())
        return
    blocks = shaped_blocks(values["n_hidden"], values["rho"], values["spread"], values["angle"])
    settings().take("eigenvalues", [_listed(z) for z, size in blocks for _ in range(size if z.imag == 0 else 1)])


def _new_seed() -> None:
    values = settings().values
    settings().take("seed", (values["seed"] + 1) % SEEDS)
