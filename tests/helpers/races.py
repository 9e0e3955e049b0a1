"""Small races, and what a trainer alone says their numbers are."""

from dataclasses import replace

from core.live.player import Playback
from core.live.slot import UpdateSlot
from core.topics.race.entrants import Entrant
from core.topics.race.entries import RaceSpec, lane_experiment, lane_title
from core.topics.race.race import Race
from core.topics.race.records import Solve
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.waiting import wait_until

SMALL = Experiment.from_values({"n_hidden": 4, "seq_len": 10, "batch": 4, "alpha": 0.3, "angle": 60.0, "steps": 30,
                                "lr": 0.1})
# nothing finite is left after two updates, but with the clip
WILD = Experiment.from_values({"n_hidden": 8, "seq_len": 30, "batch": 4, "shape": "identity", "rho": 1.2,
                               "activation": "leaky_relu", "lr": 0.1, "steps": 25})
CLIPPED = "clip_norm+clip_norm_threshold=0.01"
SEEDS = (0, 1, 2)


def entrants(base, lanes):
    """The baseline and the lanes as a link spells them."""
    entries = RaceSpec(lanes=lanes or ()).lanes
    return [Entrant(0, "base", base), *(Entrant(slot, lane_title(entry), lane_experiment(base, entry))
                                        for slot, entry in enumerate(entries, start=1) if entry)]


def race(base=SMALL, lanes="clip_norm", seeds=SEEDS, pace="max", until_solved=False):
    made = Race(entrants(base, lanes), seeds, UpdateSlot())
    made.apply(entrants(base, lanes), seeds, until_solved)
    made.playback = Playback(pace=pace)
    return made


def played(made, to=None):
    """Play until the race rests."""
    made.play(to)
    wait_until(lambda: made.settled)
    return made


def losses(made, slot):
    """Median loss of a lane at every update; with one seed that seed's loss, bit for bit."""
    return [float(v) for v in next(lane for lane in made.view().lanes if lane.slot == slot).loss.median]


def trained(experiment, seed, updates):
    """The records of one seed by itself."""
    trainer = Trainer(replace(experiment, recurrence=replace(experiment.recurrence, seed=seed)))
    return [trainer.update() for _ in range(updates)]


def with_lanes(view, state="finished", **lanes):
    """The view with other numbers: `lane0={...}` for the fields of lane 0."""
    changed = tuple(replace(lane, **lanes.get(f"lane{lane.slot}", {})) for lane in view.lanes)
    return replace(view, state=state, front=400, lanes=changed)


def solves(*updates):
    """For `with_lanes`: each seed solved at an update, or not at all, in a hundredth of a second each."""
    return {"solved": tuple(None if at is None else Solve(at, at / 100) for at in updates)}
