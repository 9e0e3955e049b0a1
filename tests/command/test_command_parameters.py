"""The parameters that only commands take: a range of seeds, and the name of a file."""

import pytest

from core.command.files import FileName, write_table
from core.command.seed_range import SeedRange
from core.parameters import ParameterError, shown

SEEDS = SeedRange(default=range(1000, 1020), label="seeds")
FILE = FileName(default="", label="file")


@pytest.mark.parametrize("value", SEEDS.legal(), ids=str)
def test_legal_seeds_are_taken_and_spelled(value):
    seeds = SEEDS.check("seeds", value)
    assert SEEDS.parse("seeds", SEEDS.spell(seeds)) == seeds


@pytest.mark.parametrize("value", SEEDS.illegal(), ids=lambda value: type(value).__name__)
def test_other_seeds_are_refused_in_one_line(value):
    with pytest.raises(ParameterError, match=r"^seeds must be first:end with 1 to 1000 seeds from 0 to 2147483647, "
                                             r"such as 1000:1020, got [^\n]*\.$"):
        SEEDS.check("seeds", value)


def test_the_end_is_not_among_the_seeds():
    assert list(SEEDS.parse("seeds", "3:6")) == [3, 4, 5]


@pytest.mark.parametrize("value", FILE.illegal(), ids=lambda value: type(value).__name__)
def test_a_file_that_cannot_be_written_is_refused_in_one_line(value):
    with pytest.raises(ParameterError, match=r"^out must be the name of a file in a folder that can be written, got "):
        FILE.check("out", value)


@pytest.mark.parametrize("exists", [True, False])
def test_a_file_that_can_be_written_is_taken(exists, tmp_path):
    file = tmp_path / "a.csv"
    if exists:
        file.write_text("before")
    assert FILE.parse("out", str(file)) == str(file)


def test_a_table_is_written_whole(tmp_path):
    write_table(str(tmp_path / "a.csv"), ["a", "b"], [["1", "x y"], ["2", "x,y"]])
    assert (tmp_path / "a.csv").read_text() == 'a,b\n1,x y\n2,"x,y"\n'
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_table_that_breaks_off_leaves_what_was_there(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("before")
    with pytest.raises(ZeroDivisionError):
        write_table(str(file), ["a"], ([1 / (2 - n)] for n in (0, 1, 2)))
    assert file.read_text() == "before"


def test_a_table_that_cannot_be_written_is_one_line(tmp_path):
    file = tmp_path / "nowhere" / "a.csv"
    with pytest.raises(ParameterError) as caught:
        write_table(str(file), ["a"], [])
    assert str(caught.value) == f"{shown(str(file))} cannot be written: No such file or directory."
