"""What is printed to have the numbers of a page without it: the command, and the script that calls the engine."""

from __future__ import annotations

import shlex
from collections.abc import Container

from core.live.replay import Change, acting, begun, differences
from core.live.replay import spelled as changes_spelled
from core.live.run import LiveRun
from core.parameters import Spec
from core.remedies.base import remedies, remedy_of
from core.training.experiment import Experiment


def run_command(run: LiveRun) -> str:
    """The headless command that makes this run again, with the changes that were made during it."""
    _, start, changes = run.story()
    at = changes_spelled(start, acting(changes))
    return command("train", start.spelled({} if at else None) | ({"at": at} if at else {}))


def command(name: str, texts: dict[str, str]) -> str:
    """The headless command that prints the same numbers.

    Args:
        name: of the command.
        texts: flat text values; a switch is "true".
    """
    flags = [f"--{key}" if text == "true" else f"--{key}={shlex.quote(text)}" for key, text in texts.items()]
    return " ".join([f"python -m core {name}", *flags])


def python(start: Experiment, changes: tuple[Change, ...] = ()) -> str:
    """A script that trains the same run, with the changes made during it."""
    start, changes = begun(start, changes)
    names = ["Recurrence", "Task", "Training", *(type(spec).__name__ for spec in start.remedies), "train"]
    said = start.spelled({} if changes else None)  # what has no effect at first may have one after a change
    parts = [*(_call(spec, said) for spec in (start.recurrence, start.task, start.training)),
             f"[{', '.join(_call(spec, said, f'{remedy_of(spec).name}_') for spec in start.remedies)}]"]
    says = "print(record.step, record.loss, record.grad_norm, record.log10_dL_dh[0])"
    if not changes:
        return (f"from core import {', '.join(names)}\n\n"
                f"run = train({parts[0]}, {parts[1]},\n            {parts[2]},\n            {parts[3]})\n"
                f"for record in run:\n    {says}\n")
    return (f"from core import {', '.join(['Experiment', *names])}\n\n"
            f"e = Experiment({parts[0]}, {parts[1]},\n               {parts[2]},\n               {parts[3]})\n"
            "run = train(e.recurrence, e.task, e.training, e.remedies)\n"
            f"changes = {{  # settings from an update on\n{_changes(start, changes)}}}\n"
            "record = next(run)\n"
            "while True:\n"
            f"    {says}\n"
            "    try:\n"
            "        record = run.send(changes.get(record.step + 1))\n"
            "    except StopIteration:\n"
            "        break\n")


def _changes(before: Experiment, changes: tuple[Change, ...]) -> str:
    """A line for each update that settings changed before."""
    lines: dict[int, list[str]] = {}
    for change in changes:
        now = {name: False if value is None else value for name, _, value in differences(before, change.experiment)
               if value is not None or name in remedies()}
        lines.setdefault(change.step, []).append(
            f"e := e.changed({', '.join(f'{name}={value!r}' for name, value in now.items())})")
        before = change.experiment
    return "".join(f"    {step}: [{', '.join(each)}],\n" for step, each in lines.items())


def _call(spec: Spec, said: Container[str], prefix: str = "") -> str:
    """The constructor call, with what is to be said: it differs from the default, and has an effect.

    Args:
        said: flat names; those of the spec's own fields begin with the prefix.
    """
    changed = {name: value for name, value in spec.values().items() if f"{prefix}{name}" in said}
    return f"{type(spec).__name__}({', '.join(f'{name}={value!r}' for name, value in changed.items())})"
