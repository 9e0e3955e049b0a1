"""The network of a record over its whole sequences: as without truncation, and untouched by what the run does next."""

import numpy as np
import pytest

from core.live.memory import jacobians_bytes, run_bytes, tape_bytes
from core.live.view import PICTURES
from core.topics.playground.view import reach_of_view, verdict_of
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.live_runs import SMALL, changed, live, stepped

CHUNKED = Experiment.from_values({"task": "sine", "seq_len": 20, "n_hidden": 4, "batch": 5, "lr": 0.3, "alpha": 0.5,
                                  "truncation": True, "truncation_k1": 6, "truncation_k2": 9})
CELLS = {"plain": {}, "resets": {"truncation_carry": False}, "LSTM": {"lstm": True}, "GRU": {"gru": True},
         "leaky": {"leaky": True}, "kept orthogonal": {"orthogonal_kept": True}, "float32": {"dtype": "float32"},
         "generator": {"task": "generator"}, "a teacher": {"task": "generator", "teacher_forcing": True,
                                                           "teacher_forcing_share": 0.4}}


def without_truncation(experiment, updates):
    """dh_t/dh_{t-1} of a trainer that has none, put where the run is after so many updates."""
    run = Trainer(experiment)
    for _ in range(updates - 1):
        run.update()
    alone = Trainer(changed(experiment, truncation=False))
    alone.restore(Checkpoint(1, run.sequence, run.network.theta.copy(), {}))
    alone.measure()
    return alone.jacobians(experiment.task.batch)


@pytest.mark.parametrize("values", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("updates", [1, 2, 4, 7])
def test_it_is_that_of_a_network_without_truncation_wherever_the_chunk_ends(values, updates):
    """Updates 1, 2, 4 are the first, a middle and the last, shorter chunk of a sequence, 7 is in another one."""
    experiment = changed(CHUNKED, **values)
    view = stepped(experiment, updates).view()
    assert len(view.jacobians) == (6, 12, 20, 18)[(1, 2, 4, 7).index(updates)]
    expected = without_truncation(experiment, updates)
    assert view.whole.samples == expected.samples == 5
    for s in range(5):
        assert np.array_equal(view.whole.of(s), expected.of(s))


@pytest.mark.parametrize("values", [{}, {"truncation_k1": 20}, {"truncation": False}, {"task": "recall"}], ids=str)
def test_no_second_pass_is_made_of_what_an_update_went_through_from_beginning_to_end(values):
    view = stepped(changed(CHUNKED, **values), 5).view()
    assert (view.way is None) == bool(values)
    assert len(view.whole) == 20
    if values:
        assert view.whole is view.jacobians


def test_chunks_without_a_target_that_begin_anew_are_no_whole_sequence():
    view = stepped(changed(CHUNKED, task="recall", truncation_carry=False), 5).view()
    assert len(view.jacobians) == 20
    assert not np.allclose(view.whole, view.jacobians)


def test_a_picture_stays_as_it_was_taken_while_the_run_goes_on():
    run = stepped(CHUNKED, 2)
    view = run.view()
    for _ in range(9):
        run.step()
    assert np.array_equal(view.whole.of(3), without_truncation(CHUNKED, 2).of(3))


@pytest.mark.parametrize("values", [{"seq_len": 31}, {"seq_len": 9}, {"batch": 2}, {"truncation": False}], ids=str)
def test_settings_that_change_before_the_picture_is_taken_change_nothing_in_it(values):
    run = live(CHUNKED)
    trainer = run._trajectory.trainer
    trainer.update()
    trainer.change(changed(CHUNKED, **values))
    assert np.array_equal(trainer.whole_pass(5).jacobians.of(3), without_truncation(CHUNKED, 1).of(3))


@pytest.mark.parametrize("seq_len", [14, 6])
def test_a_length_that_changes_while_a_run_plays_is_spoken_of_from_the_next_update_on(seq_len):
    """Between two updates a picture still shows the last one, of a sequence of the old length."""
    run = stepped(SMALL, 3)
    run.state = "playing"
    run.apply(changed(SMALL, seq_len=seq_len))
    view = run.view()
    reach = reach_of_view(view)
    found = verdict_of(run, view, reach)
    assert (view.experiment.task.seq_len, reach.lag, found.claim("gradient").numbers["lag"]) == (seq_len, 9, 9)
    assert "cut off" not in found.headline
    with run._lock:
        run._advance()
    assert reach_of_view(run.view()).lag == seq_len - 1


def test_where_the_sequence_overflows_the_first_such_step_is_told():
    """Doubled at every step h passes 2^128 in float32, where a chunk of 6 that begins anew does not."""
    values = {"activation": "linear", "n_hidden": 2, "shape": "identity", "rho": 2.0, "dtype": "float32",
              "seq_len": 200, "truncation_carry": False, "lr": 1e-4, "bias": 0.0, "alpha": 0.0}
    run = live(changed(CHUNKED, **values))
    view = run.view()
    assert (view.state, view.whole) == ("ready", None)
    trainer, h, lost = run._trajectory.trainer, np.zeros((2, 5), np.float32), None
    x = trainer.course.tape.Z[:-1, 2:-1]
    with np.errstate(all="ignore"):
        for t in range(200):
            h = trainer.network.V @ np.concatenate([h, x[t], np.ones((1, 5), np.float32)])
            if not np.isfinite(h).all():
                lost = t + 1
                break
    assert 120 < lost < 140
    assert view.way.lost_at == lost


def test_room_is_foreseen_for_the_second_pass_where_one_is_made():
    """One target: neither needs more than the other for an update."""
    one, chunks = (changed(CHUNKED, task="recall", truncation_carry=False, truncation_k1=k1) for k1 in (20, 19))
    assert run_bytes(chunks) - run_bytes(one) == PICTURES * jacobians_bytes(one, 5) + tape_bytes(one)
