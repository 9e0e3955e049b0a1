"""Links to the playground, also those that nobody should write."""

import pytest

from core.training.experiment import Experiment
from tests.helpers.app_page import opened, run_of, warnings
from tests.helpers.waiting import wait_until

HOSTILE = {
    "nan": ("rho", "nan"), "out of range": ("rho", "1e400"), "text": ("n_hidden", "many"), "part": ("seed", "1.5"),
    "no such task": ("task", "../../etc/passwd"), "html": ("activation", "<script>alert(1)</script>"),
    "10 kB": ("lr", "9" * 10_000), "10 kB list": ("eigenvalues", "1j," * 3_400), "empty": ("rho", ""),
    "unknown": ("colour", "red"), "unknown and long": ("x" * 10_000, "1"), "unknown html": ("<b>x</b>", "1"),
    "updates": ("updates", "-5"), "pace": ("pace", "1e9"), "flag": ("clip_norm", "maybe"), "zero": ("rho", "\x00"),
}


@pytest.mark.parametrize(("name", "text"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_link_gives_one_line_and_the_defaults(name, text):
    seen = opened(**{name: text})
    (line,) = warnings(seen)
    assert len(line) < 500
    assert len(line.splitlines()) == 1
    assert (run_of(seen).experiment, run_of(seen).state) == (Experiment(), "ready")


def test_every_bad_value_of_a_link_has_its_line_and_the_good_ones_hold():
    seen = opened(rho="nan", lr="0.5", n_hidden="x")
    assert [line.split()[0] for line in warnings(seen)] == ["rho", "n_hidden"]
    assert run_of(seen).experiment == Experiment.from_values({"lr": 0.5})


def test_values_of_a_link_that_do_not_go_together_give_one_line_and_the_defaults():
    seen = opened(n_hidden="2", eigenvalues="0.1,0.2,0.3")
    assert [line.split()[0] for line in warnings(seen)] == ["eigenvalues"]
    assert run_of(seen).experiment == Experiment()


def test_a_link_sets_the_values():
    seen = opened(n_hidden="4", eigenvalues="0.5+0.5j,-0.9", task="adding", clip_norm="true", lr="0.2", pace="5")
    assert run_of(seen).experiment == Experiment.from_values(
        {"n_hidden": 4, "eigenvalues": (0.5 + 0.5j, -0.9 + 0j), "task": "adding", "clip_norm": True, "lr": 0.2})
    assert run_of(seen).playback.pace == "5"


def test_a_link_with_updates_trains_so_far_and_pauses():
    run = run_of(opened(updates="25"))
    wait_until(lambda: run.state == "paused")
    assert run.updates == 25
