"""A room says at its door what lives there and what it may use; what it does use, .importlinter checks."""

import ast
import re
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
