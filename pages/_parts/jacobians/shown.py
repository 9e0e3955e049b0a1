"""What stands on the page of Jacobians around what is drawn, and what can be taken home."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.live.jobs import Jobs
from core.live.run import LiveRun
from core.tables import as_csv
from core.training.record import JacobianMap
from pages._kit.controls.widgets import control
from pages._kit.link.values import Own
from pages._kit.playing.jobs import jobs
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._live.element import OnPage

HEIGHT = 430  # of the map, px
BELOW = 330


def show_map(on_page: OnPage, at: tuple[int, int], own: Own) -> None:
    """The headline, the map, and one row and column of it.

    Args:
        at: the pair that is drawn.
    """
    on_page.show("verdict")
    left, right = st.columns([6, 5])
    with left:
        on_page.show("map", height=HEIGHT, on_pick=partial(_choose, own))
        with st.container(horizontal=True):
            with st.container(width=240):
                control("colours", own)
            with st.container(width=320):
                control("sequences", own)
    with right:
        on_page.show("lines", height=HEIGHT)
        with st.container(horizontal=True):
            for name, drawn_at in zip(("t", "k"), at, strict=True):
                with st.container(width=170):
                    control(name, own, typed=True, shown=drawn_at)
        on_page.show("trust")


def _choose(own: Own, point: dict[str, float]) -> None:
    """A click on the map chooses its row and its column."""
    for name, value in (("t", point["y"]), ("k", point["x"])):
        parameter = own.parameters[name]
        own.take(name, int(min(max(round(value), parameter.low), parameter.high)))


def show_spectra(on_page: OnPage) -> None:
    """All singular values, the slopes, and one factor."""
    left, right = st.columns(2)
    with left:
        on_page.show("singular", height=BELOW)
    with right:
        on_page.show("slopes", height=BELOW)
    on_page.show("factor", columns=2, height=BELOW)


def take_home(run: LiveRun, own: Own) -> None:
    """The link, the map as CSV, and the commands."""
    def content() -> None:
        download_numbers("The map (CSV)", partial(_measured_csv, jobs()), "jacobians.csv",
                         disabled=run.view().jacobians is None)
        sequences, e = own.values["sequences"], run.experiment
        several, first = (e.spelled(e.without_effect(part)) for part in ("Jacobians", "sequence"))
        code("\n".join([command("map", (first if sequences == 1 else several) | {"sequences": str(sequences)}),
                        command("singular", first)]))
        st.caption("The commands speak of the initial network.")

    menu(own, content, experiment=True)


def _measured_csv(jobs: Jobs) -> str:
    """Of the map that is on the page, once it is exact; while a run plays, of the latest."""
    work = jobs.current("map")
    work.wait()
    return map_csv(work.result[0])


def map_csv(found: JacobianMap) -> str:
    """One line a pair."""
    return as_csv(["t", "k", "log10_norm", "not_zero_in", "sequences", "exact"],
                  ((t, k, found.log10_norm[i, j], found.alive[i, j], found.sequences, found.exact)
                   for i, t in enumerate(found.at) for j, k in enumerate(found.at[:i + 1])))
