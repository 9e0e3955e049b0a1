"""Change one thing at a time in what a reader sees, and look whether a test notices.

    .venv/bin/pip install -r tests/mutation/requirements.txt
    .venv/bin/python tests/mutation/run.py playground          # a group of groups.cfg; all of them without a name
    .venv/bin/python tests/mutation/run.py playground --diffs  # with each change that went unnoticed
    .venv/bin/python tests/mutation/run.py playground --keep ../mutants  # with tests written since: the survivors alone

It works on a copy of the tracked files, in a folder of its own, and takes minutes: nothing of it is run by the tests.
What is known to survive, and why, is in README.md beside this file.
"""

from __future__ import annotations

import argparse
import configparser
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COPIED = ("app.py", ".pytest.ini", ".streamlit", "README.md", "requirements.txt")
MARKS = {"killed": "killed", "timeout": "killed", "suspicious": "killed", "survived": "survived",
         "no tests": "not reached", "segfault": "killed", "caught by type check": "killed"}


def groups() -> dict[str, dict[str, list[str]]]:
    """Name -> modules and tests."""
    read = configparser.ConfigParser()
    read.read(HERE / "groups.cfg")
    return {name: {key: read[name][key].split() for key in ("modules", "tests")} for name in read.sections()}


def configuration(modules: list[str], tests: list[str]) -> str:
    def several(names: tuple[str, ...] | list[str]) -> str:
        return "".join(f"\n    {name}" for name in names)

    return (f"[mutmut]\nsource_paths = {several(['core', 'pages'])}\nonly_mutate = {several(modules)}\n"
            f"also_copy = {several(COPIED)}\npytest_add_cli_args_test_selection = {several(tests)}\n"
            "use_git_change_detection = false\ntrack_dependencies = false\n")


def copied(folder: Path) -> None:
    """The tracked files as they are now."""
    for file in subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")[:-1]:
        if (ROOT / file).is_file():
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, target)


def tried(folder: Path, modules: list[str], tests: list[str], children: int) -> dict[str, str]:
    """Change -> what became of it. Where the folder has been used before, what was noticed then is not tried again."""
    kept = folder / "found.json"
    before = json.loads(kept.read_text()) if kept.is_file() else {}
    again = [place for place, mark in before.items() if MARKS.get(mark, mark) != "killed"]
    if before and not again:
        return before
    copied(folder)
    (folder / "setup.cfg").write_text(configuration(modules, tests))
    (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)  # which test reaches what
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    ended = subprocess.run([mutmut, "run", "--max-children", str(children), *again], cwd=folder, text=True,
                           capture_output=True)
    listed = subprocess.run([mutmut, "results", "--all", "true"], cwd=folder, text=True, capture_output=True).stdout
    found = dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+?)\s*$", listed, re.MULTILINE))
    if not found or ended.returncode or set(found.values()) & {"not checked"}:
        sys.exit(f"{folder}: it did not come to an end.\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}")
    found = before | {place: found[place] for place in again or found}
    kept.write_text(json.dumps(found))
    return found


def told(name: str, folder: Path, found: dict[str, str], diffs: bool) -> None:
    """Print what was noticed, and where it was not."""
    counted = Counter(MARKS.get(mark, mark) for mark in found.values())
    share = counted["killed"] / len(found)
    print(f"{name}: {counted['killed']} of {len(found)} noticed ({share:.1%}); {dict(counted)}")
    places = Counter((re.sub(r"__mutmut_\d+$", "", place), MARKS.get(mark, mark)) for place, mark in found.items())
    for (place, mark), number in sorted(places.items()):
        if mark != "killed":
            print(f"  {number:3d} {mark:11s} {place}")
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    for place, mark in found.items() if diffs else ():
        if mark == "survived":
            print(subprocess.run([mutmut, "show", place], cwd=folder, text=True, capture_output=True).stdout)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("group", nargs="*", help="all groups without one")
    asked.add_argument("--diffs", action="store_true", help="print each change that went unnoticed")
    asked.add_argument("--children", type=int, default=2, help="processes")
    asked.add_argument("--keep", type=Path, help="folder to work in; used again, it tries only what went unnoticed")
    given = asked.parse_args()
    known = groups()
    for name in given.group or known:
        if name not in known:
            sys.exit(f"group must be one of {', '.join(known)}, got {name}.")
        with nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory() as top:
            folder = Path(top).resolve() / name
            told(name, folder, tried(folder, known[name]["modules"], known[name]["tests"], given.children), given.diffs)


if __name__ == "__main__":
    main()
