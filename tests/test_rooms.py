"""A room says at its door what lives there and what it may use; what it does use, .importlinter checks. A class has a
name of its own."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = sorted({file.parent for side in ("core", "pages") for file in (ROOT / side).rglob("*.py")} - {ROOT / "pages"})


def door(room):
    return ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_a_room_says_at_its_door_what_lives_there_and_what_it_may_use(room):
    assert re.search(r"^.{20,}[.:;] .*\bmay use \w", " ".join(door(room).split()))


def test_the_map_names_every_room_and_file_of_the_engine():
    named = set(re.findall(r"\b([a-z]+)(?:/|\b)", door(ROOT / "core")))
    assert named >= {path.stem for path in (ROOT / "core").iterdir() if not path.name.startswith(("_", "."))}


def test_no_two_classes_of_the_app_have_one_name():
    files = [file for room in ROOMS for file in room.glob("*.py")]
    names = Counter(node.name.lstrip("_") for file in files for node in ast.parse(file.read_text()).body
                    if isinstance(node, ast.ClassDef))
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []
