"""Frames of the playground: what is kept from one to the next changes none of them, and each is of one update alone."""

import random
import re
import sys

import pytest

from core.live import history, watched
from core.live.player import Playback
from core.live.replay import Change
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.parameters import ParameterError
from core.training.experiment import Experiment
from pages._chart.frame import Shown, frame
from pages._live.kept import Kept
from pages._parts.playground import picture
from tests.helpers.patched import applied, sent
from tests.helpers.pictures import plain, plain_parts
from tests.helpers.random_experiments import random_experiment

QUICK = {"n_hidden": 3, "seq_len": 6, "batch": 2, "steps": 2000}
HOT = ({"lr": 0.01}, {"lr": 0.1}, {"rho": 0.8}, {"clip_norm": True, "clip_norm_threshold": 0.1}, {"clip_norm": False})


@pytest.fixture(autouse=True)
def thinned_early_and_measured_whole(monkeypatch):
    """Few frames are kept, so that they are thinned often; and what a page has no time for is measured all the same."""
    monkeypatch.setattr(history, "MOST_FRAMES", 12)
    monkeypatch.setattr(history, "FEWEST_FRAMES", 12)
    monkeypatch.setattr(watched, "STEPS_SECONDS", {True: 60.0, False: 60.0})


def live(experiment, changes=()):
    run = LiveRun(experiment, UpdateSlot(), changes)
    run.playback = Playback(until_solved=False)
    return run


def step(run, updates):
    """So many, and it stands as if it played on where it can."""
    for _ in range(updates):
        run.step()
    if run.state == "paused":
        run.state = "playing"


def something(rng, run):
    """What a reader may do; as a picture sees it, between two frames."""
    match rng.choice(["step", "step", "step", "step", "change", "pause", "rewind", "reset"]):
        case "step":
            step(run, rng.choice((0, 1, 1, 1, 2, 7, 40)))
        case "change":
            try:
                run.apply(run.experiment.changed(**rng.choice(HOT)))
            except ParameterError:
                return
        case "pause":
            run.state = "paused" if run.state == "playing" else run.state
        case "rewind" if run.frame_steps():
            run.rewind(run.frame_at(rng.choice(run.frame_steps())))
        case "reset":
            run.reset()


class Browser:
    """What one knows of a picture, by its frames alone."""

    def __init__(self):
        self.told, self.figures = None, {}

    def see(self, shown):
        self.told, message = frame(self.told, 1, shown.parts)
        for cell in message["cells"]:
            if "figure" in cell:
                self.figures[cell["name"]] = sent(cell["figure"])
            elif "patch" in cell:
                self.figures[cell["name"]] = applied(self.figures[cell["name"]], cell["patch"])


@pytest.mark.parametrize("seed", range(10))
def test_frames_made_of_what_is_kept_are_those_that_are_made_anew(seed):
    rng = random.Random(seed)
    run = live(random_experiment(seed) if seed % 2 else Experiment.from_values(QUICK))
    beside, kept, browser = live(Experiment.from_values(QUICK)), Kept(), Browser()
    for _ in range(40):
        something(rng, run)
        shown = run if rng.random() < 0.9 else beside  # a value in the reader's hand is that of another run
        found, anew = picture(kept, shown, None), picture(Kept(), shown, None)
        assert plain_parts(found) == plain_parts(anew)
        browser.see(found)
    whole, _ = frame(None, 1, anew.parts)
    for name, cell in whole.cells.items():
        if isinstance(cell, Shown):
            assert plain(browser.figures[name]) == plain(sent(cell.spec)), name
            assert browser.told.cells[name].text == cell.text
        else:
            assert browser.told.cells[name] == cell


PLAYED = {
    "clipped, with changes on the way": (
        {"clip_norm": True, "lr": 0.01}, ((40, {"lr": 0.003}), (80, {"rho": 0.9}))),
    "truncated": ({"task": "sine", "truncation": True, "truncation_k1": 3, "truncation_k2": 4, "lr": 0.003}, ()),
}


def update_of(shown):
    """The number of the update that the progress says, and the rest of the picture."""
    parts = plain_parts(shown)
    return int(re.search(r"update (\d+) of", parts.pop("progress"))[1]), parts


@pytest.mark.parametrize(("values", "changes"), PLAYED.values(), ids=PLAYED)
def test_all_of_a_frame_is_of_one_update_however_the_run_goes_on_meanwhile(values, changes):
    """Against a run of the same settings that stands still for each picture."""
    first, due = Experiment.from_values(QUICK | values | {"steps": 160}), []
    for at, change in changes:
        due.append(Change(at, (due[-1].experiment if due else first).changed(**change)))
    still, at_rest = live(first, due), {}
    while len(at_rest) < 159:
        step(still, 1)
        update, at_rest[update] = update_of(picture(Kept(), still, None))
    run, kept, seen = live(first, due), Kept(), set()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # the threads change places in the midst of everything
    try:
        run.play()
        while (found := picture(kept, run, None)).moving:
            update, parts = update_of(found)
            if update:
                assert parts == at_rest[update], update
                seen.add(update)
    finally:
        sys.setswitchinterval(interval)
        run.pause()
    assert len(seen) > 10
