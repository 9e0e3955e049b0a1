"""What the README quotes is what is recorded."""

from pathlib import Path

from core.demos.recorded import recorded
from core.published import results
from core.remedies import remedies

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_the_table_of_demos_is_the_recorded_one():
    lines = [line for line in README.splitlines() if line.startswith("| `")]
    assert lines == [f"| `{r.demo.name}` | {r.demo.title} | {r.demo.baseline} | {r.says} |"
                     for r in recorded().values()]


def test_every_demo_that_does_not_hold_says_so_in_the_table():
    failed = [r for r in recorded().values() if not r.holds]
    assert README.count("the demo does not hold") == len(failed) == 1
    assert "the one that does not hold" in README


def test_the_published_experiment_is_quoted_as_it_came():
    solved = {method: sum(o.solved for o in results() if (o.method, o.length) == (method, 50))
              for method in ("sgd", "clip", "omega")}
    assert solved == {"sgd": 0, "clip": 6, "omega": 7}
    assert "SGD solves 0 of 8 runs, with clipping 6 of 8, with clipping and Ω 7 of 8" in " ".join(README.split())


def test_the_number_of_remedies_is_the_one_the_readme_gives():
    assert len(remedies()) == 16
    assert "up to six of sixteen" in README
