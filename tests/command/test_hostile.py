"""Every flag with hostile values, alone and in pairs: it is taken, or refused in one line with exit code 2; and files
that are read, damaged in every way. 10,000 pairs: `python tests/command/test_hostile.py 10000`."""

import io
import json
import random
import struct
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.command.commands import COMMANDS
from core.command.main import main
from core.parameters import ParameterError
from core.topics.race.published.base import Published
from core.topics.race.published.checkpoint import Done, save
from tests.helpers.hostile import LISTED, TEXTS, is_one_line

# one that allocates nothing for all flags of an experiment, and those with flags of their own
QUICK = {"cost": {}, "surface": {}, "precision": {}, "demo": {}, "map": {"sequences": ""}}
FLAGS = [(command, name) for command in QUICK for name in COMMANDS[command].parameters()
         if name != "out" and (command != "map" or name in QUICK["map"])]
ONE_OR_TWO = st.dictionaries(st.sampled_from([name for command, name in FLAGS if command == "cost"]), TEXTS, min_size=1,
                             max_size=2)


def said(command, given):
    """Exit code, what was printed, and the lines on stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([command, *(f"--{name}={text}" for name, text in given.items())])
        except SystemExit as end:
            code = end.code
    return code, out.getvalue(), [line for line in err.getvalue().split("\n") if line]


def assert_taken_or_refused(command, given):
    code, out, lines = said(command, given)
    assert code in (0, 2), given
    if code == 2:
        assert (out, len(lines)) == ("", 1), given
    else:
        json.loads(out.splitlines()[0])
    assert all(map(is_one_line, lines)), given


@pytest.mark.parametrize("text", LISTED, ids=[f"{number}" for number in range(len(LISTED))])
def test_each_listed_value_for_every_flag(text):
    """As they are read; what `main` makes of a refusal is seen below."""
    assert all(is_one_line(refusal(command, {name: text})) for command, name in FLAGS)


def refusal(command, texts):
    """The line; "" where they are taken."""
    try:
        COMMANDS[command].asked(texts)
    except ParameterError as error:
        return str(error)
    return ""


@settings(max_examples=60, deadline=None)
@given(ONE_OR_TWO)
def test_generated_values_alone_and_in_pairs(asked_for):
    assert_taken_or_refused("cost", asked_for)


@pytest.mark.parametrize("arguments", [["\u202e" * 50], ["x" * 5000], ["train", "x" * 5000], ["train", "--\x1b[2J"],
                                       ["train", "--rho"], [], ["train", "--seeds", "1" * 999], ["\ud800"]])
def test_what_is_no_command_and_no_flag_is_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    out, err = capsys.readouterr()
    assert (end.value.code, out, len(err.splitlines())) == (2, "", 1)
    assert is_one_line(err.rstrip("\n"))
    for quotes in ("unrecognized arguments: ", "got "):
        if quotes in err:
            assert len(err.rstrip("\n").rpartition(quotes)[2]) <= 40


SMALL = {"--n_hidden": "4", "--longest": "20", "--shortest": "20", "--seeds": "1", "--updates": "1", "--batch": "2"}


def resumed(file):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["published", *(f"{name}={text}" for name, text in SMALL.items()), f"--checkpoint={file}"])
    return code, err.getvalue().splitlines()


@pytest.fixture
def whole(tmp_path):
    spec = Published(n_hidden=4, longest=20, shortest=20, seeds=1, updates=1, batch=2)
    save(tmp_path / "c.npz", spec, Done())
    return (tmp_path / "c.npz").read_bytes()


def huge(header):
    """An archive whose numbers are said to be many more than there are."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("facts", "theta"):
            text = header.encode().ljust(117) + b"\n"
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(16))
    return made.getvalue()


def packed():
    made = io.BytesIO()
    np.savez_compressed(made, facts=np.array("{" * 10**6), theta=np.zeros(10**6))
    return made.getvalue()


def nested():
    made = io.BytesIO()
    np.savez(made, facts=np.array("[" * 10**5), theta=np.zeros(3))
    return made.getvalue()


DAMAGED = {
    "many numbers": lambda: huge("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"),
    "a number of letters": lambda: huge("{'descr': '<U1000000000', 'fortran_order': False, 'shape': (), }"),
    "below 0": lambda: huge("{'descr': '<f8', 'fortran_order': False, 'shape': (-5,), }"),
    "no header": lambda: huge("__import__('os')"), "nested": nested, "packed": packed}


@pytest.mark.parametrize("make", DAMAGED.values(), ids=DAMAGED)
def test_a_file_that_claims_what_it_has_not_is_one_line(make, tmp_path):
    (tmp_path / "c.npz").write_bytes(make())
    code, lines = resumed(tmp_path / "c.npz")
    assert (code, len(lines)) == (2, 1)
    assert "checkpoint must be a file that this command wrote, got " in lines[0]
    assert is_one_line(lines[0])


def test_a_file_that_would_unfold_is_not_unfolded(tmp_path, monkeypatch):
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("unfolded"))
    (tmp_path / "c.npz").write_bytes(packed())
    assert resumed(tmp_path / "c.npz")[0] == 2


def damaged(whole, rng):
    """Cut, or with some bits turned."""
    if rng.random() < 0.5:
        return whole[:rng.randrange(len(whole))]
    out = bytearray(whole)
    for _ in range(rng.randrange(1, 4)):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def test_a_file_that_was_cut_or_turned_is_one_line_or_read_as_it_was(whole, tmp_path, monkeypatch):
    monkeypatch.setattr("core.command.published.experiment_steps", lambda spec, done: iter(()))
    rng, codes = random.Random(0), set()
    for _ in range(60):
        (tmp_path / "c.npz").write_bytes(damaged(whole, rng))
        code, lines = resumed(tmp_path / "c.npz")
        assert (code, len(lines)) in ((2, 1), (0, 0))
        assert all(map(is_one_line, lines))
        codes.add(code)
    assert 2 in codes


if __name__ == "__main__":
    @settings(max_examples=int(sys.argv[1]), deadline=None)
    @given(ONE_OR_TWO)
    def many(asked_for):
        assert_taken_or_refused("cost", asked_for)

    many()
