"""An LSTM and a GRU with every activation: the whole network by autograd, saturated, truncated, and overflowing."""

import mpmath
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.network.activations import ACTIVATIONS
from core.training.experiment import Experiment
from core.training.replicas import Replicas
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI
from tests.helpers.cell_cases import GATED, OTHERS, N, T, made, oracle, relative, step, tolerance

EACH_PHI = pytest.mark.parametrize("phi", ACTIVATIONS)
EACH_CELL = pytest.mark.parametrize("cell", GATED)
UNBOUNDED = [name for name in ACTIVATIONS if name not in ("tanh", "sigmoid")]
EPS = np.finfo(float).eps


def named(cell, phi):
    """As cell_cases calls it."""
    return cell if phi == "tanh" else f"{cell} {phi}"


def trainer_of(cell, phi, full=False, **values):
    return Trainer(Experiment.from_values({"n_hidden": 6, "batch": 3, "seq_len": 12, "rho": 1.2, "input_scale": 0.8,
                                           "bias": 0.3, cell: True, "activation": phi, **values}), full=full)


def by_torch(trainer, cell, phi, cut=0):
    """Loss, dL/dtheta, and dL/ds_t at every step (None where none arrives), with the state held constant at `cut`."""
    network, batch = trainer.network, trainer.course.batch
    V, U = (torch.tensor(part, requires_grad=True) for part in (network.V, network.U))
    masked = V if network.cell.zero is None else V * torch.from_numpy(~network.cell.zero)
    x = torch.tensor(batch.x)
    s, states = torch.zeros(network.cell.states * network.n, x.shape[2], dtype=V.dtype), []
    for t in range(len(x)):
        weights = masked.detach() if t < cut else masked
        s = step(named(cell, phi), weights, s, x[t])
        if t < cut:
            s = s.detach()
        elif s.requires_grad:
            s.retain_grad()
        states.append(s)
    y = torch.stack([U[:, :-1] @ states[t - 1][:network.n] + U[:, -1:] for t in batch.target_steps])
    target = torch.tensor(batch.target)
    loss = F.cross_entropy(y, target) if trainer.task.classes else F.mse_loss(y, target)
    loss.backward()
    return float(loss.detach()), torch.cat([V.grad.flatten(), U.grad.flatten()]).numpy(), [s.grad for s in states]


@EACH_CELL
@EACH_PHI
@pytest.mark.parametrize("task", ["recall", "adding", "sine"])
def test_loss_and_gradient_of_a_run_are_autograds(cell, phi, task):
    trainer = trainer_of(cell, phi, task=task)
    gradient, _ = trainer.gradient()
    loss, expected, _ = by_torch(trainer, cell, phi)
    assert trainer.measure().loss == pytest.approx(loss, rel=100 * EPS)
    assert relative(gradient, expected) < tolerance()


@EACH_PHI
def test_the_whole_dL_dc_is_what_is_carried_and_what_comes_by_way_of_h(phi):
    case = made(named("lstm", phi)).forward().backward()
    c = torch.tensor(np.stack([np.asarray(c) for c in case.tape.c_at]), requires_grad=True)
    slope = torch.autograd.grad(PHI[phi](c).sum(), c)[0].numpy()
    held = oracle(case).dL_ds
    expected = held[:, N:] + held[:, :N] * np.stack(case.tape.o_at[:T]) * slope
    assert relative(case.cell.beside(case.tape), expected) < tolerance()


@EACH_PHI
@EACH_CELL
@pytest.mark.parametrize(("task", "k2"), [("recall", 10), ("sine", 7), ("recall", 1)])
def test_a_truncated_gradient_reaches_k2_steps_and_so_does_dL_dc_when_the_rest_is_shown_too(phi, cell, task, k2):
    """As the playground runs, with `full`: what truncation drops is exactly none of dL/dh and of dL/dc."""
    length = 50 if task == "recall" else 20
    trainer = trainer_of(cell, phi, full=True, task=task, seq_len=length, n_hidden=N, rho=0.9, truncation=True,
                         truncation_k1=length, truncation_k2=k2)
    record, n = trainer.measure(), trainer.network.n
    _, expected, grads = by_torch(trainer, cell, phi, cut=length - k2)
    _, _, all_grads = by_torch(trainer, cell, phi)
    assert relative(trainer.gradient()[0], expected) < tolerance()
    for t, (g, whole) in enumerate(zip(grads, all_grads, strict=True)):
        assert (g is None) == (t < length - k2)
        expected = -np.inf if g is None else np.log10(torch.linalg.norm(g[:n]).item())
        assert record.log10_dL_dh[t] == pytest.approx(expected, abs=1e-10)
        assert record.log10_dL_dh_full[t] == pytest.approx(np.log10(torch.linalg.norm(whole[:n]).item()), abs=1e-10)
    reached = np.arange(length) >= length - k2
    assert np.array_equal(np.isfinite(record.log10_dL_dh), reached)
    if cell == "gru":
        assert record.log10_dL_dc is None
        return
    assert np.array_equal(np.isfinite(record.log10_dL_dc), reached)
    tape = trainer.course.tape
    for t in np.flatnonzero(reached):  # grads have dL/dc_t with h_t held: what comes by way of h_t is added
        c = torch.tensor(np.array(tape.c_at[t]), requires_grad=True)
        slope = torch.autograd.grad(PHI[phi](c).sum(), c)[0]
        o = torch.from_numpy(np.array(tape.o_at[t]))
        whole = torch.linalg.norm(grads[t][n:] + grads[t][:n] * o * slope).item()
        assert record.log10_dL_dc[t] == pytest.approx(np.log10(whole), abs=1e-10)


@EACH_CELL
def test_without_being_asked_it_is_tanh(cell):
    runs = [Trainer(Experiment.from_values({cell: True, **more})) for more in ({}, {"activation": "tanh"})]
    assert runs[0].update().loss == runs[1].update().loss
    assert runs[0].activation is ACTIVATIONS["tanh"]


BEFORE = [(1.3777562659263054, 0.41698742733947775), (1.446630280129313, 0.6627736555185018),
          (1.3813413746200542, 0.3812696605680055), (1.4175768174338819, 0.41798469665050486)]


def test_an_untouched_cell_is_what_it_was_before_it_took_an_activation():
    """Loss and norm of the first two updates, from the version that knew tanh alone."""
    found = []
    for cell in GATED:
        trainer = Trainer(Experiment.from_values({cell: True, "lr": 0.5}))
        found += [(record.loss, record.grad_norm) for record in (trainer.update(), trainer.update())]
    assert np.array(found) == pytest.approx(np.array(BEFORE), rel=1e-13)



@EACH_CELL
def test_eight_activations_are_eight_networks(cell):
    assert len({trainer_of(cell, phi).measure().loss for phi in ACTIVATIONS}) == len(ACTIVATIONS)


@EACH_CELL
def test_identity_and_relu_chooses_relu_for_the_candidate_too(cell):
    own = trainer_of(cell, "tanh", identity_relu=True, identity_relu_scale=0.9)
    asked = trainer_of(cell, "relu", shape="identity", rho=0.9)
    assert np.array_equal(own.network.W_hh, 0.9 * np.eye(6))
    assert np.array_equal(own.gradient()[0], asked.gradient()[0])


SLOPES = {  # by mpmath, at a
    "sigmoid": lambda a: mpmath.exp(-abs(a)) / (1 + mpmath.exp(-abs(a))) ** 2,
    "elu": lambda a: mpmath.exp(min(a, 0)),
    "softplus": lambda a: 1 / (1 + mpmath.exp(-a)),
    "gelu": lambda a: mpmath.ncdf(a) + a * mpmath.npdf(a),
    "tanh": lambda a: mpmath.sech(a) ** 2,
}


@EACH_CELL
@pytest.mark.parametrize("phi", SLOPES)
def test_a_saturated_candidate_keeps_the_digits_of_its_slope(cell, phi):
    """At a = -30 the slope is far below eps; the difference that phi(a) alone would give is 0."""
    trainer = trainer_of(cell, phi, n_hidden=2)
    V, n = trainer.network.V, 2
    V[...] = 0.0
    V[:n, :n] = np.eye(n)
    (V[:n] if cell == "lstm" else V[n:2 * n])[:, -1] = -30.0
    tape = trainer.network.cell.tape(1, 1, np.dtype(float))
    trainer.network.cell.forward(V, tape, 0, 1)
    J = trainer.network.cell.jacobians(V, tape).at(0)
    with mpmath.workdps(40):
        slope = SLOPES[phi](mpmath.mpf(-30))
        assert slope < 1e-12
        # i = r = z = 1/2: dc_1/dh_0 = i phi' W; of a GRU (1 - z) r phi' W and z beside it, which hides it in J
        expected = float(slope / (2 if cell == "lstm" else 4))
    found = np.diag(J[n:, :n]) if cell == "lstm" else trainer.network.cell._factors(V, tape, 0, 1)[0, 0, :, 0]
    assert found == pytest.approx(expected, rel=1e-13, abs=0)


@pytest.mark.parametrize("phi", SLOPES)
def test_an_emptied_cell_keeps_the_digits_of_the_outputs_slope(phi):
    """c = -30, half of which h_t = o phi(c_t) sees: dh/dc_0 = f o phi'(c)."""
    trainer = trainer_of("lstm", phi, n_hidden=2)
    cell, V = trainer.network.cell, np.zeros_like(trainer.network.V)
    V[:2, -1] = -100.0 if phi in ("sigmoid", "softplus", "gelu") else 0.0  # phi there is 0
    tape = cell.tape(1, 1, np.dtype(float))
    tape.S[0, :2] = -60.0
    cell.forward(V, tape, 0, 1)
    assert np.all(tape.c_at[0] == -30.0)
    with mpmath.workdps(40):
        expected = float(SLOPES[phi](mpmath.mpf(-30)) / 4)
    assert np.diag(cell.jacobians(V, tape).at(0)[:2, 2:]) == pytest.approx(expected, rel=1e-13, abs=0)


@pytest.mark.filterwarnings("error")
@EACH_CELL
@pytest.mark.parametrize("phi", UNBOUNDED)
def test_a_candidate_without_bounds_ends_in_the_sentence_of_a_divergence(cell, phi):
    """All weights positive and large: the state grows a hundredfold at every step, whatever phi does below 0."""
    trainer = trainer_of(cell, phi, full=True, seq_len=400, input_scale=3.0, bias=3.0)
    trainer.network.V[...] = np.abs(trainer.network.V) * 50.0
    if trainer.network.cell.zero is not None:
        trainer.network.V[trainer.network.cell.zero] = 0.0
        trainer.network.V[18:] *= -1.0  # r and z shut, z for what is new: else z = 1 keeps the first state
    record = trainer.update()
    first = int(np.argmin(np.isfinite(trainer.course.tape.h).all(axis=(1, 2))))
    assert 100 < first < 200
    assert record.stopped.text == f"loss is nan at update 1; the first was h at t={first + 1}"
    assert not trainer.finite_states


@pytest.mark.filterwarnings("error")
def test_an_lstm_with_relu_leaves_the_finite_numbers_over_672_steps():
    """A public report: fifty times as large at every few steps; update 1 throws the weights away."""
    trainer = Trainer(Experiment.from_values({"lstm": True, "activation": "relu", "task": "adding", "seq_len": 672,
                                              "batch": 16, "rho": 1.5, "input_scale": 1.0}))
    first = trainer.update()
    assert first.loss == pytest.approx(1.046e13, rel=1e-3)
    assert first.grad_norm == pytest.approx(2.36e22, rel=1e-3)
    assert first.stopped is None
    assert trainer.update().stopped.text == "loss is nan at update 2; the first was h at t=16"


@EACH_CELL
@pytest.mark.parametrize("phi", ["relu", "gelu", "sigmoid"])
def test_seeds_side_by_side_are_the_runs_by_themselves(cell, phi):
    values = {"n_hidden": 6, "batch": 3, "seq_len": 12, cell: True, "activation": phi, "lr": 0.3}
    together = Replicas(Experiment.from_values(values), [3, 4, 5])
    alone = [Trainer(Experiment.from_values({**values, "seed": seed})) for seed in (3, 4, 5)]
    for _ in range(3):
        records = together.update()
        for record, trainer in zip(records, alone, strict=True):
            one = trainer.update()
            assert record.loss == pytest.approx(one.loss, rel=1e-12)
            assert record.log10_dL_dh == pytest.approx(one.log10_dL_dh, abs=1e-10)


@pytest.mark.parametrize("phi", OTHERS)
@EACH_CELL
def test_float32_has_what_float64_has_to_its_digits(cell, phi):
    wide, narrow = (trainer_of(cell, phi, dtype=dtype) for dtype in ("float64", "float32"))
    assert relative(narrow.gradient()[0], wide.gradient()[0]) < tolerance("float32")
    assert narrow.network.theta.dtype == narrow.course.tape.a.dtype == np.float32
