"""Take it home: a menu with the link, the numbers, the command and the code of what is on the page."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from core.bptt.autograd_check import autograd_gradient, largest_relative_difference
from core.live.history import Curves
from core.live.replay import acting, begun
from core.live.run import LiveRun
from core.live.view import View
from core.markup import as_markdown
from core.spelling import count, plain
from core.tables import as_csv
from core.topics.playground.by_step import by_step
from core.topics.playground.pytorch_code import pytorch_code
from core.training.experiment import Experiment, network_alone
from core.training.trainer import Trainer
from pages._kit.controls.expanders import menu_button
from pages._kit.link.again import as_query, so_far
from pages._kit.link.values import Own
from pages._kit.link.visit import spelled
from pages._kit.share.printed import python, run_command

WHOLE = ("(step)", "from the last one")  # columns of whole numbers
PYTORCH_HEIGHT = 260  # px: a hundred lines scroll in a menu


def playground_menu(run: LiveRun, own: Own, shown: Callable[[], View]) -> None:
    """The playground's menu: everything that can be taken along.

    Args:
        shown: the update that the charts show.
    """
    updates = run.updates

    def content() -> None:
        _, start, changes = run.story()
        view = shown()
        download_numbers("Every update (CSV)", lambda: curves_csv(run.view().curves), "gradients.csv",
                         disabled=not updates)
        download(f"Every time step of update {view.record.step} (CSV)", lambda: by_step_csv(view),
                 f"gradient_by_step_{view.record.step}.csv")
        code(run_command(run), python(start, acting(changes)), pytorch_code(begun(start, changes)[0]))
        if begun(start, changes)[1]:
            st.caption("The PyTorch script makes none of the changes that were made during the run.")
        if st.button("Check with autograd", help="Compare the closed-form gradient of the initial network on the first "
                                                 "batch, before any remedy changes it, with torch autograd."):
            st.markdown(as_markdown(f"Largest relative difference: {plain(autograd_difference(run.experiment))}"))

    menu(own, content, run=run)


def told_by_link(own: Own, run: LiveRun) -> tuple[dict[str, str], int | None]:
    """What a link to this run has to say: how it began, the changes made during it, and how far it has come.

    Returns:
        The link's words, and the number of updates; None where so many changes were made that it cannot hold them.
    """
    now, (updates, start, changes) = spelled(own, experiment=True), run.story()
    if not updates:
        return now, 0
    words = so_far(now, start, changes)
    return (now, None) if words is None else (words | {"updates": str(updates)}, updates)


def menu(own: Own, content: Callable[[], None], *, experiment: bool = False, run: LiveRun | None = None) -> None:
    """A menu that begins with the link to this page; `content` fills it, with `download_numbers` and `code`.

    Args:
        experiment: whether the page shows the session's experiment too.
        run: the one that the link tells of, with all that was done to it.
    """
    def all_of_it() -> None:
        query, updates = (spelled(own, experiment=experiment), 0) if run is None else told_by_link(own, run)
        st.markdown("**Link** to these settings" + (f", trained {count(updates, 'update')}" if updates else ""))
        st.code(link(query), language=None, wrap_lines=True)
        if updates is None:
            st.caption("So many changes were made during the run that no address holds them: the link trains with "
                       "today's settings from the start.")
        content()

    menu_button("Share", all_of_it, key="share", icon=":material/share:")


def menu_content(own: Own, *, experiment: bool = False, update: int | None = None) -> tuple | None:
    """What the menu says of the values, and of the update that is looked at; None while it is closed."""
    return (spelled(own, experiment=experiment), update) if st.session_state.get("menu_share") else None


def download_numbers(label: str, content: Callable[[], str], file: str, *, disabled: bool = False) -> None:
    """A download of the numbers on the page."""
    st.markdown("**Numbers**")
    download(label, content, file, disabled=disabled)
    st.caption("Each chart saves itself as PNG or SVG: point at it, and use its camera buttons.")


def download(label: str, content: Callable[[], str], file: str, *, disabled: bool = False) -> None:
    """A button that makes the file when it is pressed."""
    st.download_button(label, content, file, "text/csv", on_click="ignore", disabled=disabled)


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
    return f"{base}?{as_query(query)}" if query else base


def curves_csv(curves: Curves) -> str:
    """One line an update."""
    return as_csv(["update", "loss", "grad_norm", "clipped_norm", "accuracy"],
                  zip(curves.step, curves.loss, curves.grad_norm, curves.clipped_norm, curves.accuracy, strict=True))


def by_step_csv(view: View) -> str:
    """One line a time step of one update; a cell is empty where there is nothing to tell."""
    table = by_step(view)
    return as_csv(table, (("" if np.isnan(value) else int(value) if name.endswith(WHOLE) else value
                           for name, value in zip(table, row, strict=True))
                          for row in zip(*table.values(), strict=True)))


def autograd_difference(experiment: Experiment) -> float:
    """Closed form against autograd on the first batch: the network as it is trained, without truncation."""
    trainer = Trainer(network_alone(experiment))
    ours, batch = trainer.gradient()
    theirs = autograd_gradient(trainer.network.theta, trainer.network.n, trainer.task, trainer.activation.name, batch,
                               cell=trainer.network.cell, mix=trainer.hooks.mix)
    return largest_relative_difference(ours, theirs)
