"""Remedies together: which pairs collide, in which words, and in which order the others act."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from core.bptt.backprop import Window
from core.bptt.update import Gradient
from core.parameters import ParameterError
from core.remedies import hooks as hooks_module
from core.remedies.base import EXCLUSIVE, check_together, remedies
from core.remedies.base import STEPS as ADDITIVE
from core.remedies.clip_jacobian import ClipJacobian
from core.remedies.clip_norm import ClipNorm
from core.remedies.clip_value import ClipValue
from core.remedies.hooks import Hooks
from core.remedies.l1 import L1
from core.remedies.l2 import L2
from core.tasks.base import tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.recorded import tell, updates

SMALL = {"n_hidden": 5, "seq_len": 10, "batch": 3, "lr": 0.01, "hessian_free_cg_iterations": 5}
CELLS = ["echo_state", "gru", "leaky", "lstm"]
SOLVERS = ["echo_state", "hessian_free"]
ADDS, CHANGES = "adds to the gradient", "changes the gradient"
STEPS = {"clip_jacobian": "changes what is carried back", "clip_norm": CHANGES, "clip_value": CHANGES, "l1": ADDS,
         "l2": ADDS, "omega": ADDS, "orthogonal_kept": "moves the weights after the update",
         "truncation": "cuts the back-propagation"}


def pairs(names, words):
    return {pair: f"{pair[0]} and {pair[1]} both choose {words}" for pair in combinations(sorted(names), 2)}


def expected():
    """Pair -> the line, all but its end."""
    lines = {tuple(sorted((one, cell))): f"{one} is derived for the plain cell, and {cell} chooses another"
             for one in ("hessian_free", "omega") for cell in CELLS}
    lines |= {tuple(sorted((solver, step))): f"{solver} makes the whole update by itself, and {step} {words}"
              for solver in SOLVERS for step, words in STEPS.items()}
    lines |= pairs(SOLVERS, "the whole update")
    lines |= pairs(["echo_state", "identity_relu", "orthogonal_init", "orthogonal_kept"],
                   "the initial recurrent matrix")
    return lines | pairs(CELLS, "the cell")


LINES = expected()
PAIRS = pytest.mark.parametrize("pair", list(combinations(remedies(), 2)), ids="+".join)


def together(pair, **more):
    task = "generator" if "teacher_forcing" in pair else "sine"
    return Experiment.from_values({**SMALL, "task": task, **dict.fromkeys(pair, True), **more})


@PAIRS
def test_a_pair_trains_together_or_is_refused_in_one_line_that_names_both(pair):
    if pair not in LINES:
        records = updates(Trainer(together(pair)), 3)
        assert [record.stopped for record in records] == [None] * 3
        return
    with pytest.raises(ParameterError) as refused:
        together(pair)
    assert str(refused.value) == f"{LINES[pair]}; switch one off."
    assert all(name in LINES[pair] for name in pair)


def test_of_the_120_pairs_34_collide():
    assert len(LINES) == 34
    assert len(list(combinations(remedies(), 2))) == 120


def test_the_order_in_which_they_are_named_does_not_matter():
    one, two = remedies()["gru"].spec(), remedies()["omega"].spec()
    lines = []
    for specs in ((one, two), (two, one)):
        with pytest.raises(ParameterError) as refused:
            check_together(specs)
        lines.append(str(refused.value))
    assert lines[0] == lines[1]


def test_of_many_that_collide_one_pair_is_told():
    with pytest.raises(ParameterError) as refused:
        together(["lstm", "gru", "leaky", "omega"])
    assert str(refused.value).count("switch one off") == 1


def test_a_remedy_alone_collides_with_nothing():
    for remedy in remedies().values():
        check_together([remedy.spec()])


def test_all_that_go_with_the_plain_cell_go_together():
    names = ["clip_jacobian", "clip_norm", "clip_value", "l1", "l2", "omega", "orthogonal_kept", "teacher_forcing",
             "truncation"]
    records = updates(Trainer(together(names)), 4)
    assert [record.stopped for record in records] == [None] * 4
    assert records[-1].orthogonality < 1e-8


@pytest.mark.parametrize("task", [name for name, kind in tasks().items() if kind.cue is None])
def test_teacher_forcing_needs_a_task_whose_output_is_fed_back(task):
    with pytest.raises(ParameterError) as refused:
        Experiment.from_values({"task": task, "seq_len": 30, "teacher_forcing": True})
    assert str(refused.value) == (
        f"teacher_forcing needs a task whose output is fed back (generator), got {task}.")


# -- the order of what is added ---------------------------------------------------------------------------------------


def test_the_active_ones_stand_in_the_registrys_order_however_they_came():
    specs = (L2(), ClipValue(), L1(), ClipNorm())
    assert Experiment(remedies=specs).remedies == (ClipNorm(), ClipValue(), L1(), L2())
    assert Experiment(remedies=specs[::-1]) == Experiment(remedies=specs)


def test_the_norm_is_clipped_before_the_values():
    """(3, 4) to length 1 is (0.6, 0.8), cut at 0.7; the other way round it would be (0.7, 0.7)."""
    flat = np.array([3.0, 4.0])
    active = Experiment(remedies=(ClipValue(limit=0.7), ClipNorm(threshold=1.0))).remedies
    after = Hooks(active).transformed(Gradient(flat, 5.0))
    assert after.flat == pytest.approx([0.6, 0.7], rel=4 * np.finfo(float).eps)
    assert after.norm == np.linalg.norm(after.flat)


def test_penalties_add_up():
    """Each step rounds once, of numbers up to 1.4 times as large as the entries of the gradient and of W_hh."""
    gradients = [Trainer(together(names, l1_weight=0.3, l2_weight=0.2)).gradient()[0]
                 for names in ([], ["l1"], ["l2"], ["l1", "l2"])]
    plain, one, two, both = gradients
    assert np.abs((both - plain) - ((one - plain) + (two - plain))).max() < 10 * np.finfo(float).eps
    assert all(np.abs(part - plain).max() > 0.01 for part in (one, two))


@pytest.fixture
def invented(monkeypatch):
    """Three remedies of the test's own, in the order that their specs are given in."""
    def doubled(spec):
        def carry(carried, g):
            carried *= 2.0
        return carry

    def plus_the_gradient(spec):
        def carry(carried, g):
            carried += g
        return carry

    kinds = {"double": {"transform_vector": doubled}, "plus": {"transform_vector": plus_the_gradient},
             "push": {"constrain": lambda W_hh, spec: W_hh.__iadd__(1.0)},
             "flip": {"constrain": lambda W_hh, spec: W_hh.__imul__(-1.0)}}
    unfilled = dict.fromkeys([*EXCLUSIVE, *ADDITIVE])
    monkeypatch.setattr(hooks_module, "remedy_of", lambda name: SimpleNamespace(**{**unfilled, **kinds[name]}))
    return Hooks


@pytest.mark.parametrize(("active", "value"), [
    (["double"], 6.0), (["double", "plus"], 16.0), (["plus", "double"], 26.0)])
def test_two_that_change_the_carried_vector_both_do_one_after_the_other(active, value, invented):
    """From 3, with dL/dh = 10."""
    carried, g = np.full((2, 3), 3.0), np.full((2, 3), 10.0)
    assert invented(active).carry()(carried, g) is None
    assert np.all(carried == value)
    assert np.all(g == 10.0)


@pytest.mark.parametrize(("active", "value"), [(["push", "flip"], -3.0), (["flip", "push"], -1.0)])
def test_two_that_constrain_both_do_one_after_the_other(active, value, invented):
    W = np.full((2, 2), 2.0)
    invented(active).constrain(W)
    assert W.tolist() == [[value] * 2] * 2


def test_without_a_remedy_there_is_nothing_to_do():
    hooks, gradient = Hooks(), Gradient(np.ones(3), np.sqrt(3.0))
    assert hooks.carry() is None
    assert hooks.transformed(gradient) is gradient
    assert hooks.window(17) == Window(17, 17)
    assert (hooks.mix, hooks.solver()) == (0.0, None)


def test_the_carried_vector_is_capped_within_a_truncated_window_too():
    """k2 = 4 of 10 steps, through W_hh = 1.5 I: 4 healthy steps, each no longer than the one after it."""
    record = Trainer(Experiment.from_values({
        **SMALL, "task": "recall", "shape": "identity", "rho": 1.5, "activation": "linear", "truncation": True,
        "truncation_k2": 4, "clip_jacobian": True})).update()
    assert np.all(record.log10_dL_dh[:6] == -np.inf)
    assert np.ptp(record.log10_dL_dh[6:]) < 1e-13
    assert ClipJacobian().growth == 1.0


def test_two_remedies_together_are_not_one_of_them_alone():
    both = tell(updates(Trainer(together(["l2", "omega"])), 3))
    assert all(both != tell(updates(Trainer(together([name])), 3)) for name in ("l2", "omega"))
