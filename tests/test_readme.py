"""What the README quotes is what is recorded."""

import re
from pathlib import Path

from core.remedies.base import remedies
from core.tasks.base import CLASSES_SOLVED
from core.topics.playground.presets import PRESETS
from core.topics.race.demos.recorded import recorded
from core.topics.race.entries import MOST_LANES
from core.topics.race.published.base import results
from core.training.solved import SETTLED
from core.training.trainer import Trainer

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
    assert (len(remedies()), MOST_LANES) == (16, 6)
    assert "up to six of sixteen" in README


def test_as_many_remedies_have_a_source_as_the_readme_says():
    assert sum(remedy.source is not None for remedy in remedies().values()) == 15
    assert "its source (fifteen have one)" in README


def test_solved_is_what_the_readme_says():
    assert (SETTLED, CLASSES_SOLVED) == (20, 0.95)
    assert "over 20 updates, 95 % named right, or the loss below the task's mark" in " ".join(README.split())


def test_the_seeds_of_the_table_are_those_that_the_readme_says():
    assert {result.seeds for result in recorded().values()} == {range(1000, 1020)}
    assert "on the seeds 1000 to 1019" in README


def test_the_first_two_of_the_five_minutes_are_as_they_are_told():
    """The gradient 49 steps back at the start, and the update at which a number is not finite any more."""
    vanishing, exploding = (Trainer(PRESETS[name].experiment) for name in ("vanishing", "exploding"))
    record = vanishing.measure()
    assert round(record.log10_dL_dh[0] - record.log10_dL_dh[-1]) == -5
    assert "the gradient 49 steps back is 10⁻⁵ of the last one" in " ".join(README.split())
    made = 0
    while exploding.update().stopped is None:
        made += 1
    assert made + 1 == 3
    assert "at the third update the loss is no number any more" in " ".join(README.split())


def test_the_test_command_and_its_quick_form_are_those_that_are_there():
    """README names them; `tests/run` says them too, and does them; what is slow is marked with a mark that there is."""
    root = Path(__file__).parents[1]
    run, settings, automatic = ((root / name).read_text() for name in ("tests/run", ".pytest.ini", ".ci/run"))
    forms = r"^[# ] +bash tests/run(?: (quick))?  "
    assert re.findall(forms, README, re.MULTILINE) == re.findall(forms, run, re.MULTILINE) == ["", "quick"]
    assert '[ "${1:-}" != quick ] || { marks=(-m "not slow"); shift; }' in run
    assert run.count('pytest "${marks[@]}"') == 4
    assert re.search(r"^    slow: .*bash tests/run quick", settings, re.MULTILINE)
    assert automatic.rstrip().endswith("exec bash tests/run")
