"""What truncation loses of dL/dV: the difference of two autograd gradients."""

import numpy as np
import pytest

from core.bptt.gradient_by_lag import gradient_by_lag
from core.remedies.clip_norm import ClipNorm
from core.remedies.gru import GRUGates
from core.remedies.truncation import Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.tasks.base import tasks
from core.topics.truncation.dropped_gradient import dropped_pieces
from core.training.experiment import Experiment, network_alone
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import differentiate

T, N, B = 14, 5, 3
PLAIN = [task for task in tasks() if tasks()[task].cue is None]
EACH_TASK = pytest.mark.parametrize("task", PLAIN)
EACH_WINDOW = pytest.mark.parametrize(("k1", "k2"), [(T, T), (T, 4), (5, 3), (4, 9), (1, 6)])


def experiment(task, *specs, **more):
    return Experiment(Recurrence(n_hidden=N, alpha=0.5, bias=0.1, **more), Task(task=task, seq_len=T, batch=B),
                      remedies=specs)


def measured(experiment, theta=None):
    *_, (share, found) = dropped_pieces(experiment, theta)
    assert share == 1.0
    return found


def by_autograd(experiment, k1, k2):
    """dL/dV in full, and of all chunks together, each weighted by its targets."""
    trainer = Trainer(network_alone(experiment))
    _, batch = trainer.gradient()
    network, kind = trainer.network, trainer.task
    full = network.views(differentiate(network, batch, kind, "tanh").gradient)[0]
    kept = np.zeros_like(full)
    for start in range(0, T, k1):
        stop = min(start + k1, T)
        count = ((batch.target_steps > start) & (batch.target_steps <= stop)).sum()
        if count:
            part = differentiate(network, batch, kind, "tanh", start, stop, max(stop - k2, 0)).gradient
            kept += network.views(part)[0] * count / len(batch.target_steps)
    return full, kept


@EACH_TASK
@EACH_WINDOW
def test_kept_and_dropped_are_autograds(task, k1, k2):
    """Sums of m products over T steps there and back, 2 T m eps, and a factor of 10 for what cancels."""
    found = measured(experiment(task, Truncation(k1=k1, k2=k2)))
    full, kept = by_autograd(experiment(task), k1, k2)
    allowed = 20 * T * full.shape[1] * np.finfo(float).eps * np.linalg.norm(full)
    assert found.full == pytest.approx(np.linalg.norm(full), abs=allowed)
    assert found.kept == pytest.approx(np.linalg.norm(kept), abs=allowed)
    assert found.dropped == pytest.approx(np.linalg.norm(full - kept), abs=allowed)
    cosine = (full * kept).sum() / np.linalg.norm(full) / np.linalg.norm(kept)
    assert found.cosine == pytest.approx(cosine, abs=1e-9)


@EACH_TASK
def test_without_truncation_nothing_is_dropped(task):
    found = measured(experiment(task))
    assert (found.dropped, found.share, found.kept) == (0.0, 0.0, found.full)


@pytest.mark.parametrize("task", ["recall", "adding"])
@pytest.mark.parametrize("k2", [1, 5, 13])
def test_with_one_target_at_the_end_what_is_dropped_is_the_sum_of_the_lags_from_k2_on(task, k2):
    found = measured(experiment(task, Truncation(k1=T, k2=k2)))
    assert np.log10(found.dropped) == pytest.approx(found.by_lag.log10_dropped, abs=1e-9)


def test_the_split_is_that_of_the_whole_network_on_the_same_batch():
    found = measured(experiment("sine", Truncation(k1=5, k2=3)))
    trainer = Trainer(experiment("sine"))
    _, batch = trainer.gradient()
    split = gradient_by_lag(trainer.network, batch, trainer.task, k2=3)
    assert np.array_equal(found.by_lag.log10_part, split.log10_part)
    assert found.by_lag.log10_dropped == split.log10_dropped


def test_clipping_plays_no_part():
    plain = measured(experiment("sine", Truncation(k1=5, k2=3)))
    clipped = measured(experiment("sine", Truncation(k1=5, k2=3), ClipNorm(threshold=1e-4)))
    assert (plain.full, plain.kept, plain.dropped) == (clipped.full, clipped.kept, clipped.dropped)


def test_it_is_measured_on_the_weights_that_it_is_given():
    trainer = Trainer(experiment("recall"))
    for _ in range(5):
        trainer.update()
    found = measured(experiment("recall", Truncation(k1=T, k2=4)), trainer.network.theta)
    assert found.full != measured(experiment("recall", Truncation(k1=T, k2=4))).full


def test_a_gradient_that_is_not_finite_is_refused_in_one_line():
    theta = np.full_like(Trainer(experiment("recall")).network.theta, np.inf)
    with pytest.raises(ValueError, match=r"^The gradient is not finite"):
        measured(experiment("recall", Truncation(k2=4)), theta)


def test_a_dead_network_loses_a_share_that_is_not_a_number():
    found = measured(experiment("recall", Truncation(k2=4), activation="relu").with_remedy(Truncation(k2=4)),
                     np.zeros_like(Trainer(experiment("recall")).network.theta))
    assert found.full == 0.0
    assert np.isnan(found.share)


def test_the_work_is_bounded_by_taking_fewer_sequences():
    large = Experiment(Recurrence(n_hidden=64), Task(task="sine", seq_len=300, batch=256), remedies=(Truncation(),))
    _, found = next(piece for piece in dropped_pieces(large) if piece[1] is not None)
    assert 1 <= found.sequences < 256


def test_where_the_cell_has_no_split_it_says_so_and_the_rest_is_there():
    found = measured(experiment("recall", Truncation(k2=4), GRUGates()))
    assert found.by_lag is None
    assert "plain cell" in found.no_split
    assert found.dropped > 0.0
