"""Every sentence of every room, word by word: also those that the other looks do not come to say."""

from __future__ import annotations

import pytest

from tests.helpers.looks import kept
from tests.test_words import ROOMS


def sentences(templates):
    return [f"{statement}: {template}" for statement, template in templates.items()]


CASES = {room: lambda templates=words.templates: sentences(templates) for room, words in ROOMS.items()}


@pytest.mark.parametrize("room", CASES)
def test_the_words_are_those_that_somebody_has_read(room):
    assert CASES[room]() == kept("words")[room]


def test_no_room_is_left_out():
    assert set(CASES) == set(kept("words"))
