"""A view of a live run -> what the playground says of it; the page and the headless command say the same."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

from core.claims import Verdict
from core.live.limits import check
from core.live.replay import Change
from core.live.run import LiveRun
from core.live.seconds import run_cost
from core.live.slot import UpdateSlot
from core.live.view import View
from core.topics.playground.reach import Reach, last_lag, reach_of
from core.topics.playground.seen import Seen, asked_lags, unchanged
from core.topics.playground.verdict import verdict
from core.training.experiment import Experiment


def reach_of_view(view: View) -> Reach | None:
    """How far back the view's network reaches; None where a state is not finite."""
    J = view.whole
    if J is None:
        return None
    lag, (bound, rate) = last_lag(J), J.per_step(view.experiment.activation.gamma, view.record.spectrum)
    return reach_of(J, lag, bound, rate, asked_lags(view.experiment, lag), quick=view.state == "playing")


def verdict_of(run: LiveRun, view: View, reach: Reach | None, seconds: float | None = None) -> Verdict:
    """Of the network that the view shows, and of the run up to it; `seconds` as in `LiveRun.steps_up_to`."""
    finite, step, curves = view.jacobians is not None, view.record.step, view.curves.until(view.record.step)
    return verdict(Seen(view.record, reach, curves, view.baselines,
                        lambda: run.steps_up_to(step, seconds, after=len(curves.step) - unchanged(curves)),
                        view.experiment, None if view.measured_at == view.experiment else view.measured_at,
                        chunk_end=len(view.jacobians) if finite else None,
                        lost_at=view.way.lost_at if finite and view.way is not None else None))


def verdict_after(experiment: Experiment, changes: Iterable[Change] = (), *, untouched: bool = False) -> dict[str, Any]:
    """What the playground says of a run when all its updates are made, or of the untouched network.

    Args:
        changes: made during the run.

    Returns:
        step, kind, headline, solved, and each claim with its text and its numbers, as the headless command prints it.
    """
    for one in (experiment, *(change.experiment for change in changes)):
        check(one, run_cost)
    run, before = LiveRun(experiment, UpdateSlot(), changes), -1
    while not untouched and run.updates != before:
        before = run.updates
        run.step(None)
    view = run.view()
    found = verdict_of(run, view, reach_of_view(view), inf)
    loss = found.claim("loss")
    return {"step": run.updates, "kind": found.kind, "headline": found.headline,
            "solved": loss is not None and loss.numbers["state"] == "solved",
            "claims": [claim.told() for claim in found.claims]}
