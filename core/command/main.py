"""The headless command: every number on a page, without a page.

    python -m core spectrum --rho 1.2 --angle 30
    python -m core train --task recall --seq_len 50 --steps 100 --clip_norm --clip_norm_threshold 1

Flags come from the specs: a field `seq_len` is `--seq_len`, a remedy's switch is `--clip_norm`. Output is JSON (JSON
lines for train, a table for `demo --all`); a number that is not finite is the string "inf", "-inf" or "nan". A bad
argument is one line on stderr and exit code 2; a run that diverges is a result and exits with 0. A flag that has no
effect is a line on stderr, and changes nothing else.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from core.command.commands import COMMANDS, LISTS
from core.command.jsonable import jsonable
from core.command.numbers import listing
from core.command.parser import joined, parser
from core.parameters import ParameterError
from core.training.experiment import Experiment


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = vars(parser(__doc__).parse_args(joined(list(sys.argv[1:] if arguments is None else arguments))))
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
