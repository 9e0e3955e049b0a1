"""What the command says of itself, word by word: its help, its lists, a table of demos, the progress of a long one."""

import argparse
import json
import os
import sys
from types import SimpleNamespace

import pytest

from core.command import main as main_module
from core.command import published
from core.command.commands import COMMANDS, LISTS
from core.command.demo import TABLE_HEAD, table_line
from core.command.jsonable import jsonable
from core.command.main import main
from core.command.parser import joined, parser
from core.topics.race.published.base import Outcome, Published
from core.topics.race.published.checkpoint import Done
from tests.helpers.looks import FOLDER

WHOLE = ("train", "surface", "precision", "published", "demo")  # of the others what they have of their own


def top():
    return parser(main_module.__doc__)


def commands():
    (found,) = [one for one in top()._actions if isinstance(one, argparse._SubParsersAction)]
    return found


def described(one):
    """Without the indentation of a docstring, which Python keeps up to 3.12."""
    return [line.strip() for line in one.description.splitlines() if line.strip()]


def told(sub, whole):
    """A line for each flag, under the title of its group."""
    lines = []
    for number, group in enumerate(sub._action_groups):
        lines += [f"{group.title}: {len(group._group_actions)}"] * (number > 1)
        for one in [a for a in group._group_actions if a.dest != "help"] if whole or number < 2 else ():
            parts = (" ".join(one.option_strings) or one.dest, one.metavar, one.nargs, one.const, one.help)
            lines.append(" | ".join(str(part) for part in parts if part is not None))
    return lines


CASES = {
    "the command": lambda: [top().prog, *described(top()),
                            *(f"{one.dest}: {one.help}" for one in commands()._choices_actions)],
    **{name: lambda name=name: [*described(commands().choices[name]),
                                *told(commands().choices[name], name in WHOLE)] for name in (*COMMANDS, *LISTS)},
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_the_help_says(name):
    assert CASES[name]() == json.loads((FOLDER / "command.json").read_text())[name]


def test_every_help_that_is_kept_is_looked_at():
    assert list(json.loads((FOLDER / "command.json").read_text())) == list(CASES)


def test_no_flag_may_be_cut_short_and_an_error_is_one_line(capsys):
    for arguments in (["train", "--optim", "sgd"], ["map", "--seq", "3"], ["tasks", "--x"]):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        said = capsys.readouterr()
        assert (end.value.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert "unrecognized arguments" in said.err


def lane(solved, runs, median, diverged, seconds):
    return SimpleNamespace(solved=solved, runs=runs, median_updates=median, diverged=diverged, seconds=seconds)


@pytest.mark.parametrize(("holds", "word"), [(True, "yes"), (False, "no")])
def test_a_line_of_the_table_stands_under_its_head(holds, word):
    result = SimpleNamespace(demo=SimpleNamespace(name="a_demo", remedy="leaky", updates=250), holds=holds,
                             on=lane(18, 20, 130.5, 1, 2.25), off=lane(2, 20, None, 7, 1.5))
    line = table_line(result)
    cells = {"demo": "a_demo", "remedy": "leaky", "updates": "250", "solved with": "18/20 (130.5)", "without": "2/20",
             "not finite": "1 / 7", "seconds": "4", "holds": word}
    for name, cell in cells.items():
        at = TABLE_HEAD.index(name)
        begins = name in ("demo", "remedy", "holds")
        assert line[at:].startswith(cell) if begins else line[:at + len(name)].endswith(f" {cell}"), name


SPEC = Published(seeds=2)
OUTCOMES = [Outcome("sgd", 20, 0, True, 500, 12.4, 0.0094), Outcome("clip", 20, 0, False, 20000, 99.6, 0.31),
            Outcome("omega", 20, 0, False, 7, 0.4, 0.5, "loss"), Outcome("sgd", 20, 1, True, 900, 3.0, 1e-4)]


@pytest.mark.parametrize(("done", "line"), [
    (1, "run 1 of 24: SGD, T = 20, seed 0: update 500, 0.9% wrong, 12 s, solved"),
    (2, "run 2 of 24: SGD + clip, T = 20, seed 0: update 20000, 31.0% wrong, 100 s, not solved"),
    (3, "run 3 of 24: SGD + clip + Ω, T = 20, seed 0: update 7, 50.0% wrong, 0 s, stopped"),
    (4, "run 4 of 24: SGD, T = 20, seed 1: update 900, less than 0.1% wrong, 3 s, solved")])
def test_the_progress_of_the_published_experiment_after_a_run(done, line, capsys):
    published._progress(SPEC, Done(OUTCOMES[:done]))
    assert capsys.readouterr().err == f"{line}\n"


def test_the_progress_of_the_published_experiment_in_the_midst_of_a_run(capsys, monkeypatch):
    run = SimpleNamespace(method="clip", length=30, seed=1)
    state = SimpleNamespace(run=run, updates=1500, error=0.75, seconds=3.6)
    monkeypatch.setattr(published, "State", SimpleNamespace)
    published._progress(SPEC, Done(OUTCOMES, state))
    assert capsys.readouterr().err == "run 5 of 24: SGD + clip, T = 30, seed 1: update 1500, 75.0% wrong, 4 s\n"


@pytest.mark.parametrize(("value", "told"), [
    (float("inf"), "inf"), (float("-inf"), "-inf"), (float("nan"), "nan"), (0.5, 0.5), (complex(0.5, float("inf")),
                                                                                      [0.5, "inf"]),
    ((1, [2.5, None]), [1, [2.5, None]]), ({"a": (True, "b")}, {"a": [True, "b"]})])
def test_a_value_as_strict_json(value, told):
    assert jsonable(value) == told


@pytest.mark.parametrize(("arguments", "as_one"), [
    (["train", "--bias", "-1"], True), (["spectrum", "--eigenvalues", "-0.5+0.5j"], True),
    (["train", "--clip_norm", "-1"], False), (["train", "--nothing", "-1"], False), (["train", "--bias", "--full"],
                                                                                     False),
    (["train", "--bias=-1", "-2"], False), (["dance", "--bias", "-1"], False), (["train", "--bias", "1"], False)])
def test_a_negative_number_belongs_to_the_flag_before_it(arguments, as_one):
    assert joined(arguments) == ([*arguments[:-2], "=".join(arguments[-2:])] if as_one else arguments)


def test_ctrl_c_ends_without_a_traceback(monkeypatch, capsys):
    def interrupted(kind):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.command.main.listing", interrupted)
    assert main(["tasks"]) == 130
    assert capsys.readouterr() == ("", "")


def test_every_line_is_written_at_once(monkeypatch):
    """Also where nobody looks at a screen: what has no effect first, then each update when it is made."""
    said = []
    monkeypatch.setattr("core.command.main.print", lambda line, file=None, flush=False: said.append(
        (line.split()[0], file is sys.stderr, flush)), raising=False)
    assert main(["train", "--n_hidden", "2", "--seq_len", "3", "--steps", "2", "--l2_weight", "1"]) == 0
    assert said == [("--l2_weight", True, True), *[('{"step":', False, True)] * 2]


def test_a_reader_who_has_seen_enough_ends_it_in_silence(monkeypatch, capsys):
    """What is written after that goes nowhere, also what Python writes when it ends."""
    def closed(*_, **__):
        raise BrokenPipeError

    moved = []
    monkeypatch.setattr("core.command.main.print", closed, raising=False)
    monkeypatch.setattr("core.command.main.os.open", lambda *place: place)
    monkeypatch.setattr("core.command.main.os.dup2", lambda *ends: moved.append(ends))
    monkeypatch.setattr("core.command.main.sys.stdout", SimpleNamespace(fileno=lambda: 1))
    assert main(["tasks"]) == 0
    assert moved == [((os.devnull, os.O_WRONLY), 1)]


if __name__ == "__main__":  # writes what is kept anew; read what changed in it
    (FOLDER / "command.json").write_text(json.dumps({name: tell() for name, tell in CASES.items()}, ensure_ascii=False,
                                                    indent=0) + "\n")
