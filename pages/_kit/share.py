"""Take it home: the link, the numbers, the command and the code of what is on the page."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from core.autograd_check import autograd_gradient, largest_relative_difference
from core.dropped_gradient import network_alone
from core.experiment import Experiment
from core.history import Curves
from core.live import LiveRun
from core.pytorch_code import pytorch_code
from core.remedies import remedy_of
from core.training import Trainer
from pages._kit.folded import menu_button
from pages._kit.settings import Own, spelled

PYTORCH_HEIGHT = 260  # px: a hundred lines scroll in a menu


def share(run: LiveRun, own: Own) -> None:
    """The playground's menu: everything that can be taken along."""
    updates = run.updates
    def content() -> None:
        if run.view().curves.marks:
            st.caption("Changes made during the run are not part of the link: it trains with today's settings "
                       "from the start.")
        numbers("Every update (CSV)", lambda: curves_csv(run.view().curves), "gradients.csv", disabled=not updates)
        code(command("train", run.experiment.spelled()), python(run.experiment), pytorch_code(run.experiment))
        if st.button("Check with autograd", help="Compare the closed-form gradient of the initial network on the first "
                                                 "batch, before any remedy changes it, with torch autograd."):
            st.markdown(f"Largest relative difference: {check(run.experiment):.1e}")

    menu(own, content, experiment=True, updates=updates)


def menu(own: Own, content: Callable[[], None], *, experiment: bool = False, updates: int = 0) -> None:
    """A menu that begins with the link to this page; `content` fills it, with `numbers` and `code`."""
    def all_of_it() -> None:
        st.markdown("**Link** to these settings" + (f", trained {updates} updates" if updates else ""))
        st.code(link(spelled(own, experiment=experiment) | ({"updates": str(updates)} if updates else {})),
                language=None, wrap_lines=True)
        content()

    menu_button("Share", all_of_it, key="share", icon=":material/share:")


def told(own: Own, *, experiment: bool = False) -> dict[str, str] | None:
    """What the menu says of the values; None while it is closed."""
    return spelled(own, experiment=experiment) if st.session_state.get("menu_share") else None


def numbers(label: str, content: Callable[[], str], file: str, *, disabled: bool = False) -> None:
    """A download of the numbers on the page."""
    st.markdown("**Numbers**")
    st.download_button(label, content, file, "text/csv", on_click="ignore", disabled=disabled)
    st.caption("Each chart saves itself as PNG or SVG: point at it, and use its camera buttons.")


def code(command: str, python: str = "", pytorch: str = "") -> None:
    """How to get the same numbers without the page, and without the engine."""
    st.markdown("**Command**")
    st.code(command, language="bash", wrap_lines=True)
    if python:
        st.markdown("**Python**")
        st.code(python, language="python", wrap_lines=True)
    if pytorch:
        st.markdown("**PyTorch**, by autograd")
        st.code(pytorch, language="python", height=PYTORCH_HEIGHT)


def link(query: dict[str, str]) -> str:
    """The address of this page with these values."""
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode(query)}" if query else base


def curves_csv(curves: Curves) -> str:
    """One line an update."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["update", "loss", "grad_norm", "clipped_norm", "accuracy"])
    writer.writerows(zip(curves.step, curves.loss, curves.grad_norm, curves.clipped_norm, curves.accuracy, strict=True))
    return out.getvalue()


def command(name: str, texts: dict[str, str]) -> str:
    """The headless command that prints the same numbers.

    Args:
        name: of the command.
        texts: flat text values; a switch is "true".
    """
    flags = [f"--{key}" if text == "true" else f"--{key}={shlex.quote(text)}" for key, text in texts.items()]
    return " ".join([f"python -m core {name}", *flags])


def python(experiment: Experiment) -> str:
    """A script that trains the same run."""
    remedies = "".join(f"from core.remedies.{remedy_of(spec).name} import {type(spec).__name__}\n"
                       for spec in experiment.remedies)
    e = experiment
    return (f"from core.specs import Recurrence, Task, Training\n{remedies}from core.training import train\n\n"
            f"run = train({_call(e.recurrence)}, {_call(e.task)},\n            {_call(e.training)},\n"
            f"            [{', '.join(map(_call, e.remedies))}])\n"
            "for record in run:\n    print(record.step, record.loss, record.grad_norm, record.log10_dL_dh[0])\n")


def _call(spec: object) -> str:
    """The constructor call, with what differs from the defaults."""
    changed = {name: value for name, value in spec.values().items() if value != spec.parameters()[name].default}
    return f"{type(spec).__name__}({', '.join(f'{name}={value!r}' for name, value in changed.items())})"


def check(experiment: Experiment) -> float:
    """Closed form against autograd on the first batch: the network as it is trained, without truncation."""
    trainer = Trainer(network_alone(experiment))
    ours, batch = trainer.gradient()
    theirs = autograd_gradient(trainer.network.theta, trainer.network.n, trainer.task, trainer.activation.name, batch,
                               cell=trainer.network.cell, mix=trainer.hooks.mix)
    return largest_relative_difference(ours, theirs)
