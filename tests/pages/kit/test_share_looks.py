"""What can be taken along, as a whole: the files line by line, the headless command, the script, the changes of a link
and what is said of those that are not usable, and how a run came to its end."""

from dataclasses import replace

import numpy as np
import pytest

from core.live.ending import ending
from core.live.history import Curves
from core.live.replay import LONGEST, MOST, Change, acting, read, replayed, spelled
from core.training.experiment import Experiment
from pages._kit.share.printed import command, python, run_command
from pages._kit.share.share_menu import by_step_csv, curves_csv
from pages._parts.race.race import race_csv
from tests.helpers.live_runs import SMALL, changed, live, stepped
from tests.helpers.looks import kept
from tests.live.test_ending import view
from tests.live.test_run_shared import shown
from tests.topics.race.test_race_looks import EMPTY, FULL

THREE = Curves(np.arange(1, 4), np.array([1.25, 2.5, np.inf]), np.array([10.0, 1e-300, np.nan]),
               np.array([0.5, 1e-300, np.nan]), np.array([0.25, 0.75, np.nan]))
EVERY = Experiment.from_values({"n_hidden": 4, "eigenvalues": (0.5 + 0.5j, -0.9 + 0j), "task": "generator",
                                "waveform": "square", "seq_len": 9, "batch": 3, "optimizer": "adam", "lr": 0.0125,
                                "dtype": "float32", "lstm": True, "clip_norm": True, "clip_norm_threshold": 0.25,
                                "truncation": True, "truncation_k1": 5, "truncation_k2": 3})
PROBLEMS = {
    "not a number": "7:rho=nan", "two of them": "7:rho=3,x", "unknown": "7:colour=red", "not during a run":
    "7:n_hidden=4", "before the first": "0:lr=0.1", "after the last": "101:lr=0.1", "no effect": "7:lr=0.3",
    "no change": "7:lr", "three": "x,y,z", "four": "x,y,z,u", "six": "x,y,7:lr=99,z,u,v", "too long":
    "7:lr=0.2" + "0" * LONGEST, "too many": "7:lr=0.2," * MOST + "7:lr=0.2",
    "two that do not go together": "5:lr=0.2,7:seq_len=0"}

BEFORE = (Change(1, changed(SMALL, steps=5, lr=0.3)), Change(1, changed(SMALL, steps=5, lr=0.2)),
          Change(3, changed(SMALL, steps=5, lr=0.05)), Change(6, changed(SMALL, steps=5, lr=0.7)))


def run():
    """Twelve updates with changes: a remedy on and off again, a radius twice at one update, more updates."""
    made = stepped()
    made.apply(changed(SMALL, clip_norm=True, clip_norm_threshold=0.5, lr=0.2))
    made.step()
    made.apply(changed(made.experiment, rho=0.5))
    made.apply(changed(made.experiment, rho=1.0, clip_norm=False))
    made.step()
    made.apply(changed(made.experiment, steps=50))
    return made


def table(text):
    """Numbers to six digits, where a file has them to the last bit."""
    def short(cell):
        return f"{float(cell):.6g}" if "." in cell and cell.replace(".", "", 1).lstrip("-")[:1].isdigit() else cell
    return [",".join(map(short, line.split(","))) for line in text.splitlines()]


def script(start, changes=()):
    return python(start, acting(changes)).splitlines()


def of_run(made):
    _, start, changes = made.story()
    return [run_command(made), spelled(start, changes), *script(start, changes)]


def said(found):
    return [f"{found.name}: {found.text}", *(f"{name} {value:.6g}" for name, value in found.numbers.items())]


CASES = {
    "every update": lambda: curves_csv(THREE).splitlines(),
    "no update": lambda: curves_csv(Curves(*[np.empty(0)] * 5)).splitlines(),
    **{f"every time step, {case}": lambda case=case: table(by_step_csv(shown(case))) for case in (
        "plain", "truncated", "in chunks", "LSTM")},
    "every time step, no states": lambda: table(by_step_csv(replace(shown("plain"), jacobians=None))),
    "a race": lambda: race_csv(FULL).splitlines(),
    "a race not begun": lambda: race_csv(EMPTY).splitlines(),
    "a command": lambda: [command("train", {"lr": "0.5", "lstm": "true", "clip_norm": "false", "at": "3:lr=1,4:rho=2",
                                            "word": "a b's"}), command("verdict", {})],
    "a run of the defaults": lambda: [run_command(live(Experiment())), *script(Experiment())],
    "a run with all settings": lambda: [run_command(live(EVERY)), *script(EVERY)],
    "a run with changes": lambda: of_run(run()),
    "changes before the first update": lambda: script(SMALL, BEFORE),
    "the same, made again": lambda: [f"{record.step} {record.loss:.6g} {record.grad_norm:.6g}" for record in replayed(
        changed(SMALL, steps=5), BEFORE)],
    "a run without changes": lambda: of_run(stepped(SMALL, 1)),
    "solved": lambda: said(ending(view("solved"))),
    "solved, a task of numbers": lambda: said(ending(view("solved", task="adding"))),
    "finished": lambda: said(ending(view("finished"))),
    "diverged": lambda: said(ending(view("diverged"))),
    "never finite": lambda: said(ending(replace(view("diverged"), curves=Curves(*[np.empty(0)] * 5)))),
    **{f"changes, {case}": lambda text=text: [f"{len((found := read(f'3:lr=0.3,{text}', SMALL, 100))[0])} usable",
                                              *found[1]] for case, text in PROBLEMS.items()},
}


@pytest.mark.parametrize("name", CASES)
def test_every_line_of_it(name):
    assert CASES[name]() == kept("share")[name]


def test_every_case_that_is_kept_is_looked_at():
    assert list(kept("share")) == list(CASES)
