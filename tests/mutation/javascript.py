"""Change one token at a time in what draws the charts, and look whether a test notices.

    .venv/bin/python tests/mutation/javascript.py                   # 60 changes, drawn of all modules
    .venv/bin/python tests/mutation/javascript.py scales rich       # of these modules
    .venv/bin/python tests/mutation/javascript.py --draw 100 --seed 1

It works on a copy of the tracked files, with the tests that draw in a bare page: figures against their numbers, their
words, and the modules by themselves. Tests that visit the app are left out: on a busy machine one that waits too long
would look like one that notices. Nothing of it is run by the tests.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROWSER = Path("pages/_chart/browser")
MODULES = ("scales", "numbers", "rich", "colours", "message", "values", "lines", "maps", "marks", "notes", "legend",
           "layers", "picture")
TESTS = [f"tests/browser/test_{name}.py" for name in ("chart_modules", "chart_words", "drawn")]
LONG = 300  # s; a change that takes longer has been noticed
OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===", "&&": "||", "||": "&&", "+": "-",
         "-": "+", "*": "/", "/": "*", "+=": "-=", "-=": "+=", "**": "*", "true": "false", "false": "true",
         "min": "max", "max": "min", "floor": "ceil", "ceil": "floor", "!": ""}
TOKEN = re.compile(r"""
    (?P<skip>//[^\n]*|/\*.*?\*/|\s+|import\s[^;]*;|`(?:\\.|\$\{(?:[^{}`]|`[^`]*`)*\}|[^`\\])*`)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<number>\d[\d_]*\.?\d*(?:e[-+]?\d+)?)
  | (?P<word>[A-Za-z_$][\w$]*)
  | (?P<sign>=>|\?\?=|\?\.|\.\.\.|[-+*/]=|\*\*|===|!==|[<>]=?|&&|\|\||\?\?|\+\+|--|.)""", re.X | re.S)
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]])*\]|[^/\\\n])+/\w*")
ENDS_A_VALUE = re.compile(r"[\w$)\]\"'`]$")


@dataclass(frozen=True)
class Change:
    module: str
    line: int
    start: int
    old: str
    new: str


def changes(module: str, text: str) -> list[Change]:
    """Every change of one token: another sign, another number, another string."""
    found, at, before = [], 0, ""
    while at < len(text):
        if text[at] == "/" and text[at:at + 2] not in ("//", "/*") and not ENDS_A_VALUE.search(before):
            at += len(REGEX.match(text, at)[0])
            before = "/r"
            continue
        token = TOKEN.match(text, at)
        kind, old, new = token.lastgroup, token[0], None
        if kind == "number":
            new = str(float(old) + 1) if "." in old or "e" in old else str(int(old) + 1)
        elif kind == "string":
            new = f'"{old[1:-1]}X"' if len(old) > 2 else '"X"'
        elif kind != "skip" and (old not in "+-" or ENDS_A_VALUE.search(before)):  # a sign of a number stays
            new = OTHER.get(old)
        if new is not None:
            found.append(Change(module, text.count("\n", 0, at) + 1, at, old, new))
        before = old if kind != "skip" or old.startswith("`") else before
        at = token.end()
    return found


class Tests:
    """In a process that keeps what Python has worked out: figures are the same, only what draws them changes."""

    def __init__(self, copy: Path) -> None:
        self.copy, self.pool = copy, None

    def notice(self, change: Change) -> str:
        """The one that fails, if one does, or that the page stands still."""
        file = self.copy / BROWSER / f"{change.module}.js"
        text = file.read_text()
        file.write_text(text[:change.start] + change.new + text[change.start + len(change.old):])
        self.pool = self.pool or ProcessPoolExecutor(1, get_context("spawn"), initializer=_in, initargs=(self.copy,))
        try:
            return self.pool.submit(_fails).result(LONG)
        except TimeoutError:
            for process in self.pool._processes.values():
                process.kill()
            self.pool = None
            return f"nothing in {LONG} s"
        finally:
            file.write_text(text)


def _in(folder: Path) -> None:
    os.chdir(folder)
    sys.path.insert(0, str(folder))


class _First:
    """The first test that fails."""

    name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid


def _fails() -> str:
    first = _First()
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        ended = pytest.main(["-x", *TESTS], plugins=[first])
    return first.name or ("" if ended == 0 else f"pytest ended with {ended}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--draw", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
        every = [change for module in asked.modules
                 for change in changes(module, (copy / BROWSER / f"{module}.js").read_text())]
        drawn = random.Random(asked.seed).sample(every, min(asked.draw, len(every)))
        tests = Tests(copy)
        if failed := tests.notice(Change(asked.modules[0], 0, 0, "", "")):
            raise SystemExit(f"the tests fail without any change: {failed}")
        missed = 0
        for i, change in enumerate(drawn, start=1):
            seen = tests.notice(change)
            missed += not seen
            if not seen:
                text = (copy / BROWSER / f"{change.module}.js").read_text()
                begins, ends = text.rfind("\n", 0, change.start) + 1, text.find("\n", change.start)
                after = text[change.start + len(change.old):ends]
                print(f"{change.module}.js:{change.line}: {text[begins:change.start].strip()} [{change.old} -> "
                      f"{change.new}] {after.strip()}", flush=True)
            print(f"{i} of {len(drawn)}, {missed} not noticed; {change.module}.js:{change.line} {change.old} -> "
                  f"{change.new}: {seen}", file=sys.stderr)
        print(f"{len(drawn) - missed} of {len(drawn)} noticed, of {len(every)} changes")


if __name__ == "__main__":
    main()
