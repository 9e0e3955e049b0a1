"""The headless command: every number on a page, without a page.

    python -m core spectrum --rho 1.2 --angle 30
    python -m core train --task recall --seq_len 50 --steps 100 --clip_norm --clip_norm_threshold 1

Flags come from the specs: a field `seq_len` is `--seq_len`, a remedy's switch is `--clip_norm`. Output is JSON (JSON
lines for train); a number that is not finite is the string "inf", "-inf" or "nan". A bad argument is one line on
stderr and exit code 2; a run that diverges is a result and exits with 0.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from core.activations import ACTIVATIONS
from core.experiment import SPECS, Experiment, flat_parameters, read_one
from core.jacobian import gradient_flow
from core.parameters import Flag, ParameterError
from core.records import StepRecord
from core.remedies import remedies
from core.spectrum import spectrum_of
from core.tasks import tasks
from core.training import Trainer, train


def jsonable(value: Any) -> Any:
    """Plain JSON: arrays as lists, complex numbers as [re, im], numbers that are not finite as strings."""
    if isinstance(value, np.ndarray):
        return [jsonable(item) for item in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, complex):
        return [jsonable(value.real), jsonable(value.imag)]
    if isinstance(value, float) and not np.isfinite(value):
        return "nan" if np.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def spectrum(experiment: Experiment, *, matrix: bool = False) -> Iterator[dict[str, Any]]:
    """Eigenvalues, rho, sigma_max and departure from normality of the initial W_hh."""
    W = Trainer(experiment).network.W_hh.astype(np.float64)
    found = spectrum_of(W)
    out = {"eigenvalues": found.eigenvalues, "rho": found.rho, "sigma_max": found.sigma_max,
           "departure": found.departure}
    yield out | ({"W_hh": W} if matrix else {})


def jacobian(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """log10 ||dh_T/dh_k|| at every lag T - k of the initial network, for the first sequence of the first batch."""
    trainer = Trainer(experiment)
    found = trainer.measure().spectrum
    J = trainer.jacobians()
    if not trainer.finite_states:
        raise ParameterError("jacobian must be asked of a network whose states are finite, got inf or nan in h.")
    gamma = ACTIVATIONS[experiment.recurrence.activation].gamma
    flow = gradient_flow(J, found.sigma_max, gamma, found.rho)
    yield {"lag": flow.lag, "log10_norm": flow.log10_norm, "log10_bound": flow.log10_bound,
           "log10_rho": flow.log10_rho}


def training(experiment: Experiment, *, full: bool = False) -> Iterator[dict[str, Any]]:
    """One StepRecord a line; the last one says in `stopped` why a run ended early."""
    e = experiment
    for record in train(e.recurrence, e.task, e.training, e.remedies, full=full):
        yield step_record(record)


def step_record(record: StepRecord) -> dict[str, Any]:
    """All fields of a StepRecord, W_hh as its spectrum."""
    return {
        "step": record.step, "loss": record.loss, "grad_norm": record.grad_norm, "clipped_norm": record.clipped_norm,
        "log10_dL_dh": record.log10_dL_dh, "log10_dL_dh_full": record.log10_dL_dh_full, "rho": record.rho,
        "sigma_max": record.sigma_max, "eigenvalues": record.eigenvalues, "accuracy": record.accuracy,
        "seconds": record.seconds, "stopped": record.stopped,
    }


def listing(kind: str) -> list[dict[str, str]]:
    """Name, title and source of all there is."""
    things = {"tasks": tasks(), "remedies": remedies(), "activations": ACTIVATIONS}[kind]
    return [{"name": thing.name, "title": thing.title, "source": str(thing.source)} for thing in things.values()]


COMMANDS = {
    "spectrum": (spectrum, {"matrix": "add W_hh itself"}),
    "jacobian": (jacobian, {}),
    "train": (training, {"full": "add dL/dh_t without truncation"}),
}
LISTS = {kind: f"the {kind} there are" for kind in ("tasks", "remedies", "activations")}


class OneLineParser(argparse.ArgumentParser):
    """Errors are one line on stderr, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def parser() -> argparse.ArgumentParser:
    """Generated from the specs."""
    top = OneLineParser(prog="python -m core", description=__doc__, allow_abbrev=False,
                        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (function, switches) in COMMANDS.items():
        sub = commands.add_parser(name, help=function.__doc__.splitlines()[0], description=function.__doc__,
                                  allow_abbrev=False)
        for switch, words in switches.items():
            sub.add_argument(f"--{switch}", action="store_true", help=words)
        for title, names in _groups():
            group = sub.add_argument_group(title)
            for key in names:
                _add_flag(group, key)
    for name, words in LISTS.items():
        commands.add_parser(name, help=words, description=words, allow_abbrev=False)
    return top


def _groups() -> Iterator[tuple[str, list[str]]]:
    for title, spec in SPECS.items():
        yield title, list(spec.parameters())
    for remedy in remedies().values():
        yield remedy.title, [remedy.name, *(f"{remedy.name}_{field}" for field in remedy.spec.parameters())]


def _add_flag(group: argparse._ArgumentGroup, key: str) -> None:
    parameter = flat_parameters()[key]
    words = f"{parameter.label}: {parameter.help}".replace("%", "%%")
    if isinstance(parameter, Flag) and parameter.default is False:
        group.add_argument(f"--{key}", action="store_const", const="true", help=words)
        return
    default = parameter.spell(parameter.default) or "none"
    allowed = parameter.allowed.replace("%", "%%")
    group.add_argument(f"--{key}", metavar="X", help=f"{words} ({allowed}; {default})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = vars(parser().parse_args(_joined(list(sys.argv[1:] if arguments is None else arguments))))
    command = given.pop("command")
    try:
        if command in LISTS:
            print(json.dumps(listing(command)))
            return 0
        function, switches = COMMANDS[command]
        texts = {key: text for key, text in given.items() if key not in switches and text is not None}
        experiment = Experiment.from_values({key: read_one(key, text) for key, text in texts.items()})
        for line in function(experiment, **{switch: given[switch] for switch in switches}):
            print(json.dumps(jsonable(line)), flush=True)
    except ParameterError as error:
        print(f"python -m core {command}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has seen enough, as in `... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _joined(arguments: list[str]) -> list[str]:
    """`--bias -1` as `--bias=-1`: argparse takes what starts with a dash for a flag, also -inf and -0.5+0.5j."""
    out: list[str] = []
    for argument in arguments:
        if out and out[-1].startswith("--") and "=" not in out[-1] and argument[:1] == "-" and argument[:2] != "--" \
                and not isinstance(flat_parameters().get(out[-1][2:]), (Flag, type(None))):
            out[-1] += f"={argument}"
        else:
            out.append(argument)
    return out


if __name__ == "__main__":
    sys.exit(main())
