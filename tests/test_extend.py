"""What README says of extending the project: the files that it names are there, and one that is dropped in is found."""

import json
import math
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from pages._kit.link.navigation import PAGES

ROOT = Path(__file__).parents[1]
SECTION = (ROOT / "README.md").read_text().split("## Extend it")[1].split("\n## ")[0]
NAMED = [name for name in re.findall(r"`([^`\n]+)`", SECTION) if "/" in name and not name.startswith("bash ")]
WALLS = ConfigParser()
WALLS.read(ROOT / ".importlinter")
LISTS = {  # where a page is named beside its own file
    "pages/_kit/link/navigation.py": set(PAGES),
    ".importlinter": set(WALLS["importlinter:contract:pages"]["layers"].split("\n")[2].split(" | "))}
SCRIPT = "_script"  # which runs them


@pytest.mark.parametrize("name", NAMED)
def test_every_file_and_folder_that_is_named_is_there(name):
    path = ROOT / name
    assert path.is_dir() if name.endswith("/") else path.is_file()


def test_the_five_kinds_are_told_each_with_its_test():
    kinds = re.findall(r"^- \*\*A (\w+)\*\*: (.*?)(?=^- |\Z|^$)", SECTION, re.M | re.S)
    assert [kind for kind, _ in kinds] == ["remedy", "task", "cell", "figure", "page"]
    assert all("Test: " in " ".join(words.split()) for _, words in kinds)


@pytest.mark.parametrize("file", LISTS)
def test_a_page_is_named_where_it_is_said_to_be(file):
    assert f"`{file}`" in SECTION
    assert LISTS[file] == {path.stem for path in (ROOT / "pages").glob("*.py")} - {SCRIPT}


@pytest.fixture(scope="module")
def found():
    """The app with a remedy, a task, and a cell with the remedy that chooses it, dropped into their folders."""
    run = subprocess.run([sys.executable, "-m", "tests.helpers.toys.with_toys"], cwd=ROOT, capture_output=True,
                         text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


def test_a_remedy_that_is_dropped_in_has_its_control_its_link_and_its_card_and_acts(found):
    assert found["lines"] == []
    assert found["size"] == 0.5
    assert math.isclose(found["entry"], 0.5, rel_tol=1e-12)
    (card,) = found["cards"]["sign_only"]
    assert "The size is lost. How long an update takes has not been measured yet." in card


def test_a_task_that_is_dropped_in_is_in_the_menu_and_is_trained_on(found):
    assert "Parity" in found["tasks"]
    assert found["updates"] == [1, 1]


def test_a_cell_that_is_dropped_in_with_its_remedy_is_the_cell_of_the_network(found):
    assert found["cell"] == "damped"
    assert len(found["cards"]["damped"]) == 1
