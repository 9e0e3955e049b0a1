"""The command line, generated from the specs: a field `seq_len` is `--seq_len`, a switch `--clip_norm`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import NoReturn

from core.command.command import Command
from core.command.commands import COMMANDS, LISTS
from core.parameters import Flag, Parameter, shown
from core.remedies.base import remedies
from core.training.experiment import SPECS, flat_parameters

LONGEST = 400  # characters of a line about the arguments: the names of all commands


class OneLineParser(argparse.ArgumentParser):
    """Errors are one line on stderr, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {shown(message, LONGEST)}\n")

    def parse_args(self, args: Sequence[str]) -> argparse.Namespace:
        found, others = self.parse_known_args(args)
        if others:
            self.error(f"unrecognized arguments: {shown(' '.join(others))}")
        return found

    def _check_value(self, action: argparse.Action, value: str) -> None:
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentError(action, f"must be one of {', '.join(action.choices)}, got {shown(value)}")


def parser(description: str) -> argparse.ArgumentParser:
    """One that knows all commands and their flags."""
    top = OneLineParser(prog="python -m core", description=description, allow_abbrev=False,
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


def joined(arguments: list[str]) -> list[str]:
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
