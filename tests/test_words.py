"""The words of verdicts: they stand in the tables of their rooms alone, each is used, and a sentence says what it
carries."""

import ast
import re
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

from core.claims import Verdict, Words
from core.spelling import SPELLINGS

ROOT = Path(__file__).parents[1]
TABLES = sorted(path.relative_to(ROOT) for path in (ROOT / "core").rglob("words.py"))
ROOMS = {table.parent.as_posix(): import_module(".".join(table.with_suffix("").parts)).say for table in TABLES}
CODE = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for folder in ("core", "pages")
        for path in sorted((ROOT / folder).rglob("*.py"))}
EVERY = [(room, statement) for room, say in ROOMS.items() for statement in say.templates]

say = Words({
    "half_life": "Half of it is gone after {lag:count step}.",
    "loss.fallen": "The loss has fallen to {now:fine} {unit}{right}.",
    "loss.right": ", and {accuracy:share} are named right",
})


def test_a_claim_is_told_with_its_text_and_all_its_numbers():
    assert say("half_life", {"lag": 1, "more": 2}).told() == {
        "claim": "half_life", "text": "Half of it is gone after 1 step.", "numbers": {"lag": 1, "more": 2}}


def test_a_claim_has_another_as_a_part_and_names_that_are_no_numbers():
    numbers = {"now": 0.25, "accuracy": 0.5}
    claim = say("loss.fallen", numbers, unit="nats", right=say("loss.right", numbers))
    assert claim.told() == {"claim": "loss", "numbers": numbers,
                            "text": "The loss has fallen to 0.25 nats, and 50% are named right."}
    assert say("loss.fallen", numbers, unit="nats", right="").text == "The loss has fallen to 0.25 nats."


def test_a_sentence_cannot_name_a_number_that_it_does_not_carry():
    with pytest.raises(KeyError):
        _ = say("half_life", {"days": 3}).text


def test_a_statement_that_the_table_has_not_is_refused_at_once():
    with pytest.raises(KeyError, match="doubling"):
        say("doubling", {"lag": 3})


def test_a_verdict_says_its_claims_in_order_and_finds_each():
    words = Words({"headline": "Healthy", "one": "One.", "two": "Two."})
    found = Verdict("healthy", words("headline"), (words("one"), words("two")))
    assert (found.headline, found.sentence, found.claim("three")) == ("Healthy", "One. Two.", None)
    assert found.claim("two") == words("two")


def test_two_claims_are_the_same_where_they_state_the_same_of_the_same_numbers():
    assert say("half_life", {"lag": 1}) == say("half_life", {"lag": 1}) != say("half_life", {"lag": 2})


def room_of(file):
    """The room whose table a file's `say` is of, by what it imports."""
    for node in ast.walk(CODE[file]):
        if isinstance(node, ast.ImportFrom) and re.fullmatch(r"core\..*\.words", node.module or ""):
            for name in node.names:
                yield node.module.removesuffix(".words").replace(".", "/"), name.asname or name.name


def said():
    """Room -> the strings of all files that speak in its words; a statement is one of them, or is not said."""
    found = {room: set() for room in ROOMS}
    for file in CODE:
        for room, _ in room_of(file):
            found[room] |= {node.value for node in ast.walk(CODE[file])
                            if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


SAID = said()


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_of_a_table_is_said_somewhere(room):
    assert [statement for statement in ROOMS[room].templates if statement not in SAID[room]] == []


def names_of(template):
    """What is filled in, with how each is spelled."""
    return [(name, how or "") for _, name, how, _ in Formatter().parse(template) if name is not None]


@pytest.mark.parametrize("room", ROOMS)
def test_whatever_a_sentence_names_is_given_by_the_code_that_says_it(room):
    """A number or a name is a string or a keyword of the same file; as a sentence is filled, a missing one raises."""
    keywords = {node.arg for file in CODE if any(found == room for found, _ in room_of(file))
                for node in ast.walk(CODE[file]) if isinstance(node, ast.keyword)}
    missing = [(statement, name) for statement in ROOMS[room].templates
               for name, _ in names_of(ROOMS[room].templates[statement]) if name not in SAID[room] | keywords]
    assert missing == []


def statements(node):
    """Those that a call may name, where it names them itself: one, or one of several by a condition."""
    if isinstance(node, ast.IfExp):
        return statements(node.body) + statements(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) else []


def spelled_out(call):
    """What a call gives, where it spells all of it out; None where a part is a variable."""
    numbers = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
    keys = numbers.keys if isinstance(numbers, ast.Dict) else [None]
    if None in keys or any(keyword.arg is None for keyword in call.keywords):
        return None
    return {key.value for key in keys} | {keyword.arg for keyword in call.keywords}


def calls():
    """(file, line, room, statement, what is given) of each call that spells it out."""
    for file, tree in CODE.items():
        rooms = {name: room for room, name in room_of(file)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in rooms:
                for statement in statements(node.args[0]):
                    if (given := spelled_out(node)) is not None:
                        yield file, node.lineno, rooms[node.func.id], statement, given


def test_a_call_that_spells_out_what_it_gives_gives_all_that_its_sentence_names():
    found = list(calls())
    assert len(found) > 150
    missing = [(file, line, statement, names) for file, line, room, statement, given in found
               if (names := {name for name, _ in names_of(ROOMS[room].templates[statement])} - given)]
    assert missing == []


@pytest.mark.parametrize(("room", "statement"), EVERY, ids=[f"{room}: {statement}" for room, statement in EVERY])
def test_every_number_of_a_sentence_is_spelled_by_one_of_the_spellings(room, statement):
    template = ROOMS[room].templates[statement]
    for name, how in names_of(template):
        assert name.isidentifier(), template
        assert how.split(" ")[0] in SPELLINGS or re.fullmatch(r"|,|,?z?\.?\d*[gf%]", how), template
    assert "  " not in re.sub(r"\{[^}]*\}", "x", template)


@pytest.mark.parametrize("file", [str(table) for table in TABLES])
def test_a_table_of_words_decides_nothing_and_puts_nothing_together(file):
    """Plain strings by plain names: whoever translates it needs to read no code."""
    *_, table = CODE[file].body
    assert isinstance(table, ast.Assign)
    assert table.targets[0].id == "say"
    (entries,) = table.value.args
    assert all(isinstance(node, ast.Constant) for node in [*entries.keys, *entries.values])
    names = [key.value for key in entries.keys]
    assert len(set(names)) == len(names)


def test_no_sentence_is_made_outside_the_tables():
    """Nobody but the table makes a claim, and what a statement is called is never put together."""
    for file, tree in CODE.items():
        names = {name for _, name in room_of(file)}
        makes = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and
                 node.module == "core.claims" for name in node.names} & {"Claim", "Words"}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            assert node.func.id not in makes or file in map(str, TABLES), (file, node.lineno)
            if node.func.id in names:
                assert not isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Call), (file, node.lineno)
                given = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
                put_together = [part for value in given for part in ast.walk(value) if isinstance(part, ast.JoinedStr)]
                assert not put_together, (file, node.lineno)
            if node.func.id == "Verdict":
                assert not isinstance(node.args[1], ast.JoinedStr | ast.Constant), (file, node.lineno)


# what spells numbers by itself, and why: error lines of a room that uses nothing of the app; the columns of files and
# of a table on a terminal; a clock and a colour
SPELL = ("core/spelling.py", "core/parameters/", "core/command/", "core/topics/race/demos/recorded.py")
NO_WORDS = {"02d", "02x"}


def test_numbers_are_spelled_in_one_place():
    """No string puts a number's format in by itself; a template says it by name, and what plotly fills in is plotly's.
    """
    found = [(file, node.lineno, ast.unparse(node)) for file, tree in CODE.items() if not file.startswith(SPELL)
             for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) and node.format_spec is not None
             and ast.unparse(node.format_spec)[2:-1] not in NO_WORDS]
    assert found == []
