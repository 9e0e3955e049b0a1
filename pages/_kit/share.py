"""Take it home: the link, the numbers, the command and the code of what is on the page."""

from __future__ import annotations

import csv
import io
import shlex
from urllib.parse import urlencode

import streamlit as st

from core.autograd_check import autograd_gradient, largest_relative_difference
from core.experiment import Experiment
from core.history import Curves
from core.live import LiveRun
from core.parameters import Flag
from core.remedies import remedy_of
from core.training import Trainer
from pages._kit.settings import parameters, settings


def share(run: LiveRun) -> None:
    """A menu with everything that can be taken along."""
    with st.popover("Share", icon=":material/share:"):
        updates = run.updates
        st.markdown("**Link** to these settings" + (f", trained {updates} updates" if updates else ""))
        st.code(link(updates), language=None, wrap_lines=True)
        if run.view().curves.marks:
            st.caption("Changes made during the run are not part of the link: it trains with today's settings "
                       "from the start.")
        st.markdown("**Numbers**")
        st.download_button("Every update (CSV)", lambda: curves_csv(run.view().curves), "gradients.csv", "text/csv",
                           on_click="ignore", disabled=not updates)
        st.caption("Each chart saves itself as PNG or SVG: point at it, and use its camera buttons.")
        st.markdown("**Command**")
        st.code(command(run.experiment), language="bash", wrap_lines=True)
        st.markdown("**Python**")
        st.code(python(run.experiment), language="python", wrap_lines=True)
        if st.button("Check with autograd", help="Compare the closed-form gradient of the initial network on the first "
                                                 "batch with torch autograd."):
            st.markdown(f"Largest relative difference: {check(run.experiment):.1e}")


def link(updates: int) -> str:
    """The address of this page with the settings and the updates made."""
    query = settings().spelled() | ({"updates": str(updates)} if updates else {})
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode(query)}" if query else base


def curves_csv(curves: Curves) -> str:
    """One line an update."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["update", "loss", "grad_norm", "clipped_norm", "accuracy"])
    writer.writerows(zip(curves.step, curves.loss, curves.grad_norm, curves.clipped_norm, curves.accuracy, strict=True))
    return out.getvalue()


def command(experiment: Experiment) -> str:
    """The headless command that prints the same numbers."""
    flags = [f"--{name}" if isinstance(parameters()[name], Flag) else f"--{name}={shlex.quote(text)}"
             for name, text in experiment.spelled().items()]
    return " ".join(["python -m core train", *flags])


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
    """Closed form against autograd, on the first batch, without truncation."""
    plain = Experiment(experiment.recurrence, experiment.task, experiment.training)
    trainer = Trainer(plain)
    ours, batch = trainer.gradient()
    theirs = autograd_gradient(trainer.network.theta, trainer.network.n, trainer.task,
                               experiment.recurrence.activation, batch)
    return largest_relative_difference(ours, theirs)
