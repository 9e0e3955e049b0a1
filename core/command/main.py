"""The headless command: every number on a page, without a page.

    python -m core spectrum --rho 1.2 --angle 30
    python -m core train --task recall --seq_len 50 --steps 100 --clip_norm --clip_norm_threshold 1

Flags come from the specs: a field `seq_len` is `--seq_len`, a remedy's switch is `--clip_norm`. Output is JSON (JSON
lines for train, a table for `demo --all`); a number that is not finite is the string "inf", "-inf" or "nan". A bad
argument is one line on stderr and exit code 2; a run that diverges is a result and exits with 0. A flag that has no
effect is a line on stderr, and changes nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import numpy as np

from core.command.demo import demo
from core.command.files import FileName
from core.command.jsonable import jsonable
from core.command.published import published
from core.command.seed_range import SeedRange
from core.live.limits import check
from core.live.memory import jacobians_bytes, trainer_need
from core.live.replay import AT, Change, acting, begun, read, replayed
from core.network.activations import ACTIVATIONS
from core.network.cells.in_words import why_no_bound
from core.network.cells.jacobians import Jacobians
from core.network.spectrum import Spectrum
from core.parameters import Choice, Flag, Idle, Parameter, ParameterError, Spec, idle_beyond
from core.remedies.base import remedies, remedy_of
from core.remedies.hooks import Hooks
from core.specs.training import Training
from core.tasks.base import tasks
from core.topics.jacobians.map import full_grid, jacobian_map
from core.topics.jacobians.products import gradient_flow
from core.topics.jacobians.singular_spectrum import singular_spectrum
from core.topics.jacobians.view import JacobianView
from core.topics.landscape.one_unit import OneUnit, error_and_gradient
from core.topics.playground.seen import many_targets
from core.topics.playground.view import verdict_after
from core.topics.precision.powers import Powers, powers
from core.topics.race.demos.base import demo_names
from core.topics.race.published.base import Published
from core.topics.singular_values.powers import matrix_powers
from core.training.effect import NoEffect, idle_by_rule
from core.training.experiment import SPECS, Experiment, flat_parameters
from core.training.record import StepRecord
from core.training.trainer import Trainer


def spectrum(experiment: Experiment, *, matrix: bool) -> Iterator[dict[str, Any]]:
    """Eigenvalues, rho, sigma_max and departure from normality of the initial W_hh."""
    trainer = Trainer(experiment)
    W = trainer.network.W_hh.astype(np.float64) + 0.0  # -0 is 0
    found = trainer.spectrum
    out = {"eigenvalues": found.eigenvalues, "rho": found.rho, "sigma_max": found.sigma_max,
           "departure": found.departure}
    yield out | ({"W_hh": W} if matrix else {})


def jacobian(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """log10 ||dh_T/dh_k|| at every lag T - k of the initial network, for the first sequence of the first batch.

    `no_bound` says why log10_bound and log10_rho are nan, as they are for a gated cell; null where they are numbers.
    """
    J, found = _initial_jacobians(experiment, 1)
    bound, rate = J.per_step(experiment.activation.gamma, found)
    flow = gradient_flow(J, bound, 1.0, rate)
    yield {"lag": flow.lag, "log10_norm": flow.log10_norm, "log10_bound": flow.log10_bound,
           "log10_rho": flow.log10_rho, "no_bound": why_no_bound(remedy_of(spec).name for spec in experiment.remedies)}


def jacobians_map(experiment: Experiment, *, sequences: int) -> Iterator[dict[str, Any]]:
    """log10 ||dh_t/dh_k|| of the initial network, row t = 0..T, column k = 0..T, null where k > t.

    Of several sequences it is the mean of log10 over those where the norm is not exactly 0, which `not_zero_in` counts.
    """
    full_grid(experiment.task.seq_len, experiment.recurrence.n_hidden)
    J, _ = _initial_jacobians(experiment, sequences)
    found = jacobian_map(J)

    def rows(matrix: np.ndarray) -> list[list[float | None]]:
        return [[*row[:t + 1].tolist(), *[None] * (len(row) - t - 1)] for t, row in enumerate(matrix)]

    yield {"log10_norm": rows(found.log10_norm), "not_zero_in": rows(found.alive), "exact": found.exact}


def singular(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """All singular values of dh_T/dh_{T-lag} of the initial network, for the first sequence of the first batch.

    With them `lyapunov`: estimates of the Lyapunov exponents over all T steps, largest first, natural logarithm a step;
    "-inf" where a direction is exactly 0.
    """
    found = singular_spectrum(_initial_jacobians(experiment, 1)[0])
    yield {"lag": found.lag, "log10_singular_values": found.log10_singular_values, "lyapunov": found.lyapunov}


def matrix_power(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """log10 ||W_hh^k|| of the initial network, k = 0..seq_len, with log10 rho^k and log10 sigma_max^k around it."""
    trainer = Trainer(experiment)
    found = matrix_powers(trainer.network.W_hh.astype(np.float64), experiment.task.seq_len, trainer.asked_eigenvalues)
    yield {"k": found.k, "log10_norm": found.log10_norm, "log10_rho": found.log10_rho,
           "log10_sigma_max": found.log10_sigma}


def surface(one_unit: OneUnit) -> Iterator[dict[str, Any]]:
    """Error of the one-unit network x_t = w phi(x_{t-1}) + b after its last step, and its gradient [dE/dw, dE/db]."""
    error, *gradient = error_and_gradient(one_unit)
    yield {"error": float(error), "gradient": [float(part) for part in gradient]}


def precision(asked: Powers) -> Iterator[dict[str, Any]]:
    """rate^t for t = 1..steps by repeated multiplication in one number type: where it is 0 or inf first, and log10."""
    found = powers(asked.rate, asked.dtype, asked.steps)
    yield {"first_zero": found.first_zero, "first_inf": found.first_inf, "log10_value": found.log10_value}


def _initial_jacobians(experiment: Experiment, sequences: int) -> tuple[Jacobians, Spectrum]:
    """Those of the initial network, and what W_hh is; raises ParameterError where a state is not finite."""
    check("command", experiment, lambda one: trainer_need(one).peak + jacobians_bytes(one, sequences))
    trainer = Trainer(experiment)
    found = trainer.measure().spectrum
    if not trainer.finite_states:
        raise ParameterError("The network must be one whose states stay finite, got inf or nan in h.")
    return trainer.jacobians(sequences), found


def training(experiment: Experiment, *, full: bool, at: str) -> Iterator[dict[str, Any]]:
    """One StepRecord a line; the last one says in `stopped` why a run ended early."""
    changes = changes_of(experiment, at)
    for one in (experiment, *(change.experiment for change in changes)):
        check("training", one, lambda one: trainer_need(one).peak)
    for record in replayed(experiment, changes, full=full):
        yield step_record(record)


def told(experiment: Experiment, *, steps: int, at: str) -> Iterator[dict[str, Any]]:
    """What the playground says of a run after so many updates (0: of the untouched network), with its numbers."""
    made = _with_steps(experiment, steps)
    yield verdict_after(made, changes_of(made, at), untouched=steps == 0)


def _with_steps(experiment: Experiment, steps: int) -> Experiment:
    return replace(experiment, training=replace(experiment.training, steps=max(steps, 1)))


def _begun(experiment: Experiment, own: dict[str, Any]) -> tuple[Experiment, list[Experiment]]:
    """The settings of the first update, and those of later ones."""
    if not own.get("at"):
        return experiment, []
    first, changes = begun(experiment, changes_of(
        experiment if "steps" not in own else _with_steps(experiment, own["steps"]), own["at"]))
    return first, [change.experiment for change in changes]


def changes_of(experiment: Experiment, at: str) -> tuple[Change, ...]:
    """The changes that the text spells; raises ParameterError where one is not usable or comes too late."""
    changes, problems = read(at, experiment, Training.parameters()["steps"].high)
    late = next((change for change in changes if change not in acting(changes)), None)
    if problems or late is not None:
        raise ParameterError(problems[0].removesuffix(" It was ignored.") if problems else
                             f"at must name updates up to the last, {late.experiment.training.steps}, got {late.step}.")
    return tuple(changes)


def step_record(record: StepRecord) -> dict[str, Any]:
    """All fields of a StepRecord, W_hh as its spectrum."""
    return {
        "step": record.step, "loss": record.loss, "grad_norm": record.grad_norm, "clipped_norm": record.clipped_norm,
        "log10_dL_dh": record.log10_dL_dh, "log10_dL_dh_full": record.log10_dL_dh_full,
        "log10_dL_dc": record.log10_dL_dc, "log10_dL_dh_held": record.log10_dL_dh_held, "rho": record.rho,
        "sigma_max": record.sigma_max, "eigenvalues": record.eigenvalues, "accuracy": record.accuracy,
        "seconds": record.seconds, "stopped": record.stopped,
    }


def listing(kind: str) -> list[dict[str, str | None]]:
    """Name, title and source of all there is; no source where none was read."""
    things = {"tasks": tasks(), "remedies": remedies(), "activations": ACTIVATIONS}[kind]
    return [{"name": thing.name, "title": thing.title, "source": thing.source and str(thing.source)}
            for thing in things.values()]


@dataclass(frozen=True)
class Command:
    """What a command computes, and the flags it takes beside those of the experiment or in their place."""

    lines: Callable[..., Iterator[dict[str, Any] | str]]  # (experiment or spec, own flags by name) -> line by line
    own: dict[str, Parameter] = field(default_factory=dict)
    spec: type[Spec] | None = None  # None: the experiment
    # of the settings of the first update and the own flags: the last part of a run that it makes, see effect; and
    # which flags make it stop there
    upto: Callable[[Experiment, dict[str, Any]], tuple[str, str]] = lambda e, own: ("update", "")
    also: dict[str, Callable[[Experiment], bool]] = field(default_factory=dict)  # used beyond that, and where
    word: str = ""  # the own parameter that is given as a bare word

    def parameters(self) -> dict[str, Parameter]:
        return {**(flat_parameters() if self.spec is None else self.spec.parameters()), **self.own}

    def without_effect(self, name: str, experiment: Experiment, own: dict[str, Any], given: Iterable[str],
                       ) -> Iterator[str]:
        """A line for each flag that was given and has no effect on the command of this name."""
        first, later = _begun(experiment, own)
        upto, by = self.upto(first, own)
        idle, whole = first.without_effect(upto), first.without_effect()
        idle = {flag: why for flag, why in idle.items() if not (flag in self.also and self.also[flag](first))} | {
            flag: whole[flag] for flag in self.also.keys() & whole}
        after = [e.without_effect(upto) for e in later]
        used = {flag for found in after for flag in first.values() if flag not in found}
        for flag, why in idle.items():  # beyond the largest number that is a limit at any time
            idle[flag] = max([why, *(found[flag] for found in after if flag in found)],
                             key=lambda one: -1 if one.limit is None else one.limit)
        before, now = experiment.values(), first.values()
        for flag in given:
            if flag in self.own:
                reason = idle_by_rule(self.own[flag], first, own[flag])
            elif flag in before and before[flag] != now.get(flag):
                reason = NoEffect("--at sets it before the first update")
            else:
                reason = None if flag in used else idle.get(flag)
            if reason is not None:
                yield reason.told(flag, f"{name} {by}".rstrip())

    def asked(self, texts: dict[str, str]) -> tuple[Any, dict[str, Any]]:
        """The experiment or spec, and the own flags, that the texts spell; raises ParameterError."""
        values = {name: self.parameters()[name].parse(name, text) for name, text in texts.items()}
        own = {name: values.pop(name, p.default) for name, p in self.own.items()}
        return (Experiment.from_values(values) if self.spec is None else self.spec(**values)), own


UNCUT = Idle(lambda e: Hooks(e.remedies).window(e.task.seq_len).k2 >= e.task.seq_len, "nothing is truncated")
SEQUENCES = replace(JacobianView.parameters()["sequences"], default=1,  # `jacobian`, `singular` speak of the first
                    idle=(idle_beyond(lambda e: e.task.batch, "the batch has no more"),))
COMMANDS = {
    "spectrum": Command(spectrum, {"matrix": Flag(default=False, label="add W_hh itself")},
                        upto=lambda e, own: ("W_hh", "")),
    "jacobian": Command(jacobian, upto=lambda e, own: ("sequence", "")),
    "map": Command(jacobians_map, {"sequences": SEQUENCES},
                   upto=lambda e, own: ("sequence" if own["sequences"] == 1 else "Jacobians", "")),
    "singular": Command(singular, upto=lambda e, own: ("sequence", "")),
    "powers": Command(matrix_power, upto=lambda e, own: ("W_hh", ""), also={"seq_len": lambda e: True}),
    "surface": Command(surface, spec=OneUnit),
    "precision": Command(precision, spec=Powers),
    "train": Command(training, {"full": Flag(default=False, label="add dL/dh_t without truncation", idle=(UNCUT,)),
                                "at": AT},
                     upto=lambda e, own: ("gradient", "--steps 1") if e.training.steps == 1 else ("update", "")),
}
UNTOUCHED = replace(flat_parameters()["steps"], low=0, help="So many updates are made first; 0: the untouched network.")
COMMANDS["verdict"] = Command(
    told, {"steps": UNTOUCHED, "at": AT},
    upto=lambda e, own: ("states", "--steps 0") if own["steps"] == 0 else ("update", ""),
    also={**dict.fromkeys(("truncation", "truncation_k2", "truncation_carry"), lambda e: True), **dict.fromkeys(
        ("clip_jacobian", "clip_jacobian_growth"), lambda e: not many_targets(e))})
OUT = FileName(default="", label="write the numbers to this CSV")
COMMANDS |= {
    "demo": Command(demo, {
        "name": Choice(default="", names=demo_names, label="which one"),
        "seeds": SeedRange(default=range(1000, 1020), label="seeds"),
        "all": Flag(default=False, label="all demos, as a table"), "out": OUT}, spec=Spec, word="name"),
    "published": Command(published, {"out": OUT, "checkpoint": FileName(default="", label="save the state to this file "
                                     "after every test, and go on from it where it exists")}, Published),
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
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.lines.__doc__.splitlines()[0],
                                  description=command.lines.__doc__, allow_abbrev=False)
        for key, parameter in command.own.items():
            if key == command.word:
                sub.add_argument(key, metavar=key.upper(), nargs="?", help=parameter.allowed)
            else:
                _add_flag(sub, key, parameter)
        for title, parameters in _groups(command):
            group = sub.add_argument_group(title)
            for key, parameter in parameters.items():
                _add_flag(group, key, parameter)
    for name, words in LISTS.items():
        commands.add_parser(name, help=words, description=words, allow_abbrev=False)
    return top


def _groups(command: Command) -> Iterator[tuple[str, dict[str, Parameter]]]:
    if command.spec is not None:
        yield command.spec.__name__, command.spec.parameters()
        return
    for title, spec in SPECS.items():
        yield title, {name: p for name, p in spec.parameters().items() if name not in command.own}
    for remedy in remedies().values():
        names = [remedy.name, *(f"{remedy.name}_{name}" for name in remedy.spec.parameters())]
        yield remedy.title, {name: flat_parameters()[name] for name in names}


def _add_flag(group: argparse._ActionsContainer, key: str, parameter: Parameter) -> None:
    words = ": ".join(filter(None, (parameter.label, parameter.help))).replace("%", "%%")
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
        texts = {key: text for key, text in given.items() if text is not None}
        asked, own = COMMANDS[command].asked(texts)
        for number, line in enumerate(COMMANDS[command].lines(asked, **own)):
            if number == 0 and isinstance(asked, Experiment):  # not before: a bad argument is one line
                for note in COMMANDS[command].without_effect(command, asked, own, texts):
                    print(note, file=sys.stderr, flush=True)
            print(line if isinstance(line, str) else json.dumps(jsonable(line)), flush=True)
    except ParameterError as error:
        print(f"python -m core {command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has seen enough, as in `... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _joined(arguments: list[str]) -> list[str]:
    """`--bias -1` as `--bias=-1`: argparse takes what starts with a dash for a flag, also -inf and -0.5+0.5j."""
    known = COMMANDS[arguments[0]].parameters() if arguments and arguments[0] in COMMANDS else {}
    out: list[str] = []
    for argument in arguments:
        if out and out[-1].startswith("--") and "=" not in out[-1] and argument[:1] == "-" and argument[:2] != "--" \
                and not isinstance(known.get(out[-1][2:]), (Flag, type(None))):
            out[-1] += f"={argument}"
        else:
            out.append(argument)
    return out
