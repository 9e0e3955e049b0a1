"""A view of a live run -> what the playground says of it; the page and the headless command say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.experiment import Experiment
from core.hooks import activation_of
from core.limits import check
from core.live import LiveRun, View, held_bytes
from core.slot import UpdateSlot
from core.spelling import Verdict
from core.topics.playground.reach import Reach, reach_of
from core.topics.playground.seen import Seen, asked_lags, last_lag
from core.topics.playground.verdict import verdict


def reach_of_view(view: View) -> Reach | None:
    """How far back the view's network reaches; None where a state is not finite."""
    if view.jacobians is None:
        return None
    experiment = view.experiment
    bound, rate = view.jacobians.per_step(activation_of(experiment).gamma, view.record.spectrum)
    return reach_of(view.jacobians, last_lag(experiment), bound, rate, asked_lags(experiment))


def verdict_of(run: LiveRun, view: View, reach: Reach | None) -> Verdict:
    """Of the network that the view shows, and of the run up to it."""
    return verdict(Seen(view.record, reach, view.curves.until(view.record.step), view.baselines,
                        run.steps_up_to(view.record.step), view.experiment,
                        None if view.measured_at == view.experiment else view.measured_at))


def verdict_after(experiment: Experiment, *, steps: int) -> Iterator[dict[str, Any]]:
    """What the playground says of a run after so many updates (0: of the untouched network), with its numbers."""
    training = replace(experiment.training, steps=max(steps, 1))
    check("run", experiment, held_bytes)
    run = LiveRun(replace(experiment, training=training), UpdateSlot())
    while run.updates < steps and run.state != "diverged":
        run.step()
    view = run.view()
    found = verdict_of(run, view, reach_of_view(view))
    loss = found.claim("loss")
    yield {"step": run.updates, "kind": found.kind, "headline": found.headline,
           "solved": loss is not None and loss.numbers["state"] == "solved",
           "claims": [claim.told() for claim in found.claims]}
