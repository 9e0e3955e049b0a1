"""Every demo that holds, once more in its cheapest form, on seeds that it was neither chosen on nor measured on.

Each seed is trained until the lane that is to be solved is solved; the other lane gets as many updates.
"""

from functools import cache

import pytest

from core.topics.race.demos.base import demos
from core.topics.race.demos.recorded import recorded
from core.topics.race.demos.runs import run_lane

pytestmark = pytest.mark.slow
LONG = ("hessian_free_adds", "gru_bias", "clip_jacobian_tames", "clip_norm_not_enough", "truncation_tames")
SEEDS = 3, dict.fromkeys(LONG, 1)  # how many, and of those that take longest
HOLDING = [name for name, result in recorded().items() if result.holds]
once = cache(run_lane)  # two demos may share a lane


def seeds(name):
    """Of a demo, and the majority of them."""
    count = SEEDS[1].get(name, SEEDS[0])
    return range(5000, 5000 + count), count // 2 + 1


@pytest.mark.parametrize("name", [name for name in HOLDING if demos()[name].kind != "finite"])
def test_the_lane_that_should_be_solved_is_and_the_other_is_not_by_then(name):
    demo, (fresh, most) = demos()[name], seeds(name)
    good = demo.kind == "solves"  # the lane that is to be solved
    when = [once(demo.experiment(on=good), demo.updates, range(seed, seed + 1)).median_updates for seed in fresh]
    done = [update for update in when if update is not None]
    assert len(done) >= most
    assert once(demo.experiment(on=not good), int(max(done)), fresh).solved <= len(fresh) - most


@pytest.mark.parametrize("name", [name for name in HOLDING if demos()[name].kind == "finite"])
def test_the_baseline_leaves_the_finite_numbers_and_the_remedy_does_not(name):
    demo, (fresh, most) = demos()[name], seeds(name)
    on = run_lane(demo.experiment(on=True), demo.updates, fresh)
    assert run_lane(demo.experiment(on=False), demo.updates, fresh).diverged >= most
    assert (on.diverged, on.solved <= len(fresh) - most) == (0, True)
