"""Change one thing at a time in what a reader sees, and look whether a test notices.

    .venv/bin/pip install -r tests/mutation/requirements.txt
    .venv/bin/python tests/mutation/run.py playground          # a group of groups.cfg; all of them without a name
    .venv/bin/python tests/mutation/run.py playground --diffs  # with each change that went unnoticed
    .venv/bin/python tests/mutation/run.py playground --keep ../mutants  # with tests written since: the survivors alone
    .venv/bin/python tests/mutation/run.py playground --draw 100  # a hundred of the changes; --seed 1: another hundred

It works on a copy of the tracked files, in a folder of its own, and takes minutes: nothing of it is run by the tests.
What is known to survive, and why, is in README.md beside this file.
"""

from __future__ import annotations

import argparse
import configparser
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from math import sqrt
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COPIED = ("app.py", ".pytest.ini", ".streamlit", "README.md", "requirements.txt")
OF_A_PAGE = "of_a_page"  # in the names of tests that visit one page each
MARKS = {"killed": "killed", "timeout": "killed", "suspicious": "killed", "survived": "survived",
         "no tests": "not reached", "segfault": "killed", "caught by type check": "killed"}
UNSURE = ("timeout", "suspicious")  # a machine that is busy with something else looks the same: they are tried again


def groups() -> dict[str, dict[str, list[str]]]:
    """Name -> modules and tests; of the pages that are visited, those named by `pages`, or all."""
    read = configparser.ConfigParser()
    read.read(HERE / "groups.cfg")
    return {name: {"modules": read[name]["modules"].split(),
                   "tests": [*read[name]["tests"].split(), *_of_pages(read[name].get("pages", "").split())]}
            for name in read.sections()}


def _of_pages(pages: list[str]) -> list[str]:
    """As pytest takes it: every test but the visits of other pages."""
    return ["-k", " or ".join([f"not {OF_A_PAGE}", *(f"{OF_A_PAGE}[{page}-" for page in pages)])] if pages else []


def configuration(modules: list[str], tests: list[str]) -> str:
    def several(names: tuple[str, ...] | list[str]) -> str:
        return "".join(f"\n    {name}" for name in names)

    return (f"[mutmut]\nsource_paths = {several(['core', 'pages'])}\nonly_mutate = {several(modules)}\n"
            f"also_copy = {several(COPIED)}\npytest_add_cli_args_test_selection = {several(tests)}\n"
            "use_git_change_detection = false\ntrack_dependencies = false\n"
            "timeout_multiplier = 4\ntimeout_constant = 3\n")  # an endless loop is noticed soon


# mutmut forks after a run of the clean tests: what they have cached would stand for what a change makes, and a test
# that finds something cached would not count as one that reaches it; it runs the tests of a change in no order, and
# the quickest first is soonest at the first that notices; who waits for a thread that a change has stopped need not
# wait for a minute
FORGET = '''

import functools
import gc
import json
import os
import sys
from pathlib import Path

from tests.helpers.waiting import wait_until

CACHES = []


def pytest_collection_modifyitems(items):
    stats = Path(__file__).parents[1] / "mutmut-stats.json"
    took = json.loads(stats.read_text())["duration_by_test"] if stats.is_file() else {}
    items.sort(key=lambda item: took.get(item.nodeid, 0.0))


def pytest_collection_finish(session):
    here = str(Path(__file__).parent)
    CACHES[:] = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)
                 and (getattr(sys.modules.get(one.__module__), "__file__", None) or here).startswith(here)]


def pytest_runtest_setup(item):
    if "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", ""):
        wait_until.__defaults__ = (20.0,)
    for one in CACHES:
        one.cache_clear()
'''


def copied(folder: Path) -> None:
    """The tracked files as they are now, with tests that forget what they have cached, the quickest first."""
    for file in subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")[:-1]:
        if (ROOT / file).is_file():
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, target)
    conftest = folder / "tests" / "conftest.py"
    conftest.write_text(conftest.read_text() + FORGET)


def tried(folder: Path, modules: list[str], tests: list[str], children: int,
          draw: int | None = None, seed: int = 0) -> dict[str, str]:
    """Change -> what became of it. Where the folder has been used before, what was noticed then is not tried again.

    Args:
        draw: how many of the changes are tried, drawn at random with `seed`; all without it.
    """
    kept = folder / (f"found-{draw}-{seed}.json" if draw else "found.json")
    before = json.loads(kept.read_text()) if kept.is_file() else {}
    chosen = [place for place, mark in before.items() if MARKS.get(mark, mark) != "killed" or mark in UNSURE]
    if before and not chosen:
        return before
    copied(folder)
    (folder / "setup.cfg").write_text(configuration(modules, tests))
    (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)  # which test reaches what
    if draw and not before:
        mutmut(folder, "run", "--max-children", str(children), "none")  # makes the changes and tries none
        every = sorted(marks(folder))
        chosen = random.Random(seed).sample(every, min(draw, len(every)))
        print(f"{folder.name}: {len(chosen)} of {len(every)} changes are tried.", flush=True)
    ended = mutmut(folder, "run", "--max-children", str(children), *chosen)
    found = marks(folder)
    found = {place: found.get(place, "not checked") for place in chosen or found}
    if not found or ended.returncode or "not checked" in found.values():
        sys.exit(f"{folder}: it did not come to an end.\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}")
    found = before | found
    kept.write_text(json.dumps(found))
    return found


def mutmut(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("mutmut"))
    return subprocess.run([program, *words], cwd=folder, text=True, capture_output=True)


def marks(folder: Path) -> dict[str, str]:
    """Of every change that was made, as mutmut has it."""
    told = mutmut(folder, "results", "--all", "true").stdout
    return dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+?)\s*$", told, re.MULTILINE))


def at_least(killed: int, drawn: int) -> float:
    """The share of all changes that is noticed, where so many of those drawn were: the lower end of the one-sided 95 %
    interval of Wilson, "Probable inference", J. Am. Stat. Assoc. 22 (1927)."""
    z, share = 1.645, killed / drawn
    middle, half = share + z * z / (2 * drawn), z * sqrt(share * (1 - share) / drawn + (z / (2 * drawn)) ** 2)
    return (middle - half) / (1 + z * z / drawn)


def told(name: str, folder: Path, found: dict[str, str], diffs: bool) -> None:
    """Print what was noticed, and where it was not."""
    counted = Counter(MARKS.get(mark, mark) for mark in found.values())
    share, unsure = counted["killed"] / len(found), sum(mark in UNSURE for mark in found.values())
    print(f"{name}: {counted['killed']} of {len(found)} noticed ({share:.1%}; of all at least "
          f"{at_least(counted['killed'], len(found)):.1%} where these are a draw); {dict(counted)}; of those noticed "
          f"{unsure} by the time alone")
    places = Counter((re.sub(r"__mutmut_\d+$", "", place), MARKS.get(mark, mark)) for place, mark in found.items())
    for (place, mark), number in sorted(places.items()):
        if mark != "killed":
            print(f"  {number:3d} {mark:11s} {place}")
    for place, mark in found.items() if diffs else ():
        if mark == "survived":
            print(mutmut(folder, "show", place).stdout)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("group", nargs="*", help="all groups without one")
    asked.add_argument("--diffs", action="store_true", help="print each change that went unnoticed")
    asked.add_argument("--children", type=int, default=2, help="processes")
    asked.add_argument("--keep", type=Path, help="folder to work in; used again, it tries only what went unnoticed")
    asked.add_argument("--draw", type=int, help="try so many of the changes, drawn at random")
    asked.add_argument("--seed", type=int, default=0, help="another number: another draw")
    given = asked.parse_args()
    known = groups()
    for name in given.group or known:
        if name not in known:
            sys.exit(f"group must be one of {', '.join(known)}, got {name}.")
        with nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory() as top:
            folder = Path(top).resolve() / name
            found = tried(folder, known[name]["modules"], known[name]["tests"], given.children, given.draw, given.seed)
            told(name, folder, found, given.diffs)


if __name__ == "__main__":
    main()
