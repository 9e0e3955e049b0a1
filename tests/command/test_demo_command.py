"""`python -m core demo`: one as JSON, all as a table, and bad arguments in one line."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from core.command.demo import TABLE_HEAD, table_line
from core.command.main import main
from core.topics.race.demos.base import demos
from core.topics.race.demos.recorded import HEADER, recorded
from core.topics.race.demos.runs import run_demo
from tests.command.test_command import lines, ran

NAME, SEEDS = "echo_state_forgets", range(40, 42)


@pytest.mark.slow
def test_one_demo_is_told_as_json(tmp_path):
    (seen,) = lines("demo", NAME, "--seeds", "40:42", "--out", str(tmp_path / "a.csv"))
    found = run_demo(demos()[NAME], SEEDS)
    assert list(seen) == ["demo", "remedy", "claim", "baseline", "with_remedy", "updates", "seeds", "holds", "says"]
    assert seen["claim"] == demos()[NAME].claim
    with (tmp_path / "a.csv").open(newline="") as file:
        assert [(row["demo"], row["lane"]) for row in csv.DictReader(file)] == [(NAME, "baseline"), (NAME, "remedy")]
    assert (seen["demo"], seen["remedy"], seen["seeds"], seen["updates"]) == (NAME, "echo_state", "40:42", 60)
    for lane, key in ((found.off, "baseline"), (found.on, "with_remedy")):
        assert {**seen[key], "seconds": 0} == {"runs": 2, "solved": lane.solved, "median_updates": lane.median_updates,
                                               "diverged": lane.diverged, "seconds": 0}
        assert seen[key]["seconds"] > 0
    assert (seen["holds"], seen["says"]) == (found.holds, found.says)


@pytest.fixture
def two_demos(monkeypatch):
    """Two of them, cut short: what comes of the runs is another test's business."""
    two = {name: replace(demos()[name], updates=25) for name in ("echo_state_remembers", "clip_value_rescues")}
    monkeypatch.setattr("core.command.demo.demos", lambda: two)
    return two


@pytest.mark.slow
def test_all_demos_are_a_table_with_a_line_for_each(two_demos, capsys):
    assert main(["demo", "--all", "--seeds", "40:42"]) == 0
    out, err = capsys.readouterr()
    head, *table = out.splitlines()
    assert head == TABLE_HEAD
    assert err.splitlines() == [f"{number} of 2: {name}" for number, name in enumerate(two_demos, 1)]
    for line, one in zip(table, two_demos.values(), strict=True):
        parts, expected = line.split(), table_line(run_demo(one, SEEDS)).split()
        assert parts[:-2] + parts[-1:] == expected[:-2] + expected[-1:]  # but for the seconds
    assert "2/2 (" in table[0]


def test_the_table_fits_every_demo():
    assert all(line.index(" holds") == line.index("  holds") + 1 for line in [TABLE_HEAD])
    for result in recorded().values():
        assert table_line(result).split()[0] == result.demo.name
        assert table_line(result)[:TABLE_HEAD.index("remedy")].endswith(" ")


def test_the_numbers_are_written_as_they_are_shipped(two_demos, tmp_path, capsys):
    assert main(["demo", "--all", "--seeds", "40:42", "--out", str(tmp_path / "a.csv")]) == 0
    with (tmp_path / "a.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert tuple(table[0]) == HEADER
    assert [(row["demo"], row["lane"]) for row in table] == [(n, lane) for n in two_demos
                                                             for lane in ("baseline", "remedy")]
    assert {row["settings"] for row in table} == {d.spelled(on=on) for d in two_demos.values() for on in (False, True)}


BAD = {
    "no name": ([], "demo takes a name or --all; there are "),
    "a name and all": ([NAME, "--all"], "demo takes a name or --all; there are "),
    "no such demo": (["dance"], "name must be one of "),
    "seeds that end before they begin": ([NAME, "--seeds", "5:3"], "seeds must be first:end with 1 to 1000 seeds"),
    "one number": ([NAME, "--seeds", "5"], "seeds must be first:end"),
    "negative seeds": ([NAME, "--seeds=-2:3"], "seeds must be first:end"),
    "too many": ([NAME, "--seeds", "0:1001"], "seeds must be first:end"),
    "a folder": (["--all", "--out", str(Path(__file__).parent)], "out must be the name of a file"),
    "two names": ([NAME, NAME], "unrecognized arguments"),
    "a flag of another command": ([NAME, "--lr", "1"], "unrecognized arguments"),
}


@pytest.mark.parametrize(("arguments", "line"), BAD.values(), ids=BAD)
def test_a_bad_argument_is_one_line_and_exit_code_2(arguments, line, capsys):
    try:
        code = main(["demo", *arguments])
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert line in err


def test_the_help_names_every_demo():
    text = " ".join(ran("demo", "--help").stdout.split()).replace("- ", "-")
    assert [name for name in demos() if name not in text] == []


