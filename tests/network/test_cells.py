"""What holds for every cell: states, gradients and Jacobians by autograd; chunks, borders and replicas."""

import numpy as np
import pytest

from tests.helpers.cell_cases import (
    CELLS,
    HAS_TARGET,
    TARGETS,
    B,
    N,
    T,
    jacobian,
    made,
    oracle,
    relative,
    states_before,
    tolerance,
)

EACH = pytest.mark.parametrize("name", CELLS)
EACH_TYPE = pytest.mark.parametrize("dtype", ["float64", "float32"])


@EACH
@EACH_TYPE
def test_the_states_are_those_of_a_plain_loop(name, dtype):
    case = made(name, dtype).forward()
    assert relative(case.tape.h, oracle(case).s[:, :N]) < tolerance(dtype)


@EACH
@EACH_TYPE
def test_what_is_carried_at_every_step_is_autograds_derivative_by_the_state(name, dtype):
    """dL/dh_t; of an LSTM dL/dc_t too, h_t and c_t as two variables."""
    case = made(name, dtype).forward().backward()
    for t, expected in enumerate(oracle(case).dL_ds):
        assert relative(case.tape.G[t], expected[:N]) < tolerance(dtype)
        assert relative(case.cell.carried(case.tape, t), expected) < tolerance(dtype)


@EACH
@EACH_TYPE
def test_the_weight_gradient_is_autograds(name, dtype):
    case = made(name, dtype).forward().backward()
    assert relative(case.cell.weight_gradient(case.tape, 0, T), oracle(case).dL_dV) < tolerance(dtype)


@EACH
def test_the_weight_gradient_of_two_parts_is_their_sum(name):
    case = made(name).forward().backward()
    gradient = case.cell.weight_gradient
    parts = gradient(case.tape, 0, 5) + gradient(case.tape, 5, T)
    assert relative(parts, gradient(case.tape, 0, T)) < tolerance()


@EACH
@pytest.mark.parametrize("gain", [1.0, 6.0])
def test_the_jacobians_are_torchs(name, gain):
    """gain 6: gates and candidates near their ends."""
    case = made(name, gain=gain).forward()
    before = states_before(case)
    J = case.cell.jacobians(case.V, case.tape, slice(0, B))
    assert J.shape == (T, case.cell.states * N, case.cell.states * N)
    assert J.samples == B
    for t in range(T):
        for b in range(B):
            assert relative(J.at(t, b), jacobian(case, t, b, before)) < gain * tolerance()


@EACH
def test_every_way_to_ask_for_a_jacobian_gives_the_same(name):
    case = made(name).forward()
    J = case.cell.jacobians(case.V, case.tape, slice(0, B))
    X, out = np.random.default_rng(1).normal(size=(7, J.shape[1])), np.empty((7, J.shape[1]))
    for b in range(B):
        carry, alone = J.carrier(b), J.of(b)
        assert np.array_equal(alone.between(0, T), J.between(0, T, b))
        for t in range(T):
            assert np.array_equal(J.at(t, b), J.between(t, t + 1, b)[0])
            carry(t, X, out)
            assert relative(out, X @ J.at(t, b).T) < tolerance()
    assert np.array_equal(np.asarray(J), J.between(0, T))
    assert np.array_equal(J[-1], J.at(T - 1))
    assert np.array_equal(np.asarray(J.until(3)), J.between(0, 3))
    assert len(J.until(3)) == 3
    assert np.array_equal(J.select(slice(1, 3)).at(4, 1), J.at(4, 2))


@EACH
def test_jacobians_are_float64_in_a_float32_run(name):
    case = made(name, "float32").forward()
    J = case.cell.jacobians(case.V, case.tape)
    assert np.asarray(J).dtype == np.float64
    assert relative(J.at(T - 1), jacobian(case, T - 1, 0, states_before(case))) < tolerance("float32")


@EACH
def test_carrying_a_vector_back_multiplies_it_by_the_transposed_jacobian(name):
    case = made(name).forward().backward()
    J = case.cell.jacobians(case.V, case.tape, slice(0, B))
    g = np.random.default_rng(1).normal(size=(case.cell.states * N, B))
    for t in range(T):
        expected = np.stack([J.at(t, b).T @ g[:, b] for b in range(B)], axis=1)
        assert relative(case.cell.carry_back(case.V, case.tape, t, g), expected) < tolerance()


@EACH
def test_what_is_carried_is_the_transposed_jacobian_of_what_was_carried_a_step_later(name):
    case = made(name).forward().backward()
    for t in range(1, T):
        expected = case.cell.carry_back(case.V, case.tape, t, case.cell.carried(case.tape, t))
        if HAS_TARGET[t - 1]:
            expected[:N] += case.direct[TARGETS.index(t - 1)]
        assert relative(case.cell.carried(case.tape, t - 1), expected) < tolerance()


@EACH
@pytest.mark.parametrize("borders", [(5,), (1, 2, T - 1), (8,)])
def test_a_border_changes_nothing(name, borders):
    whole, parts = made(name).forward().backward(), made(name).forward(*borders).backward(*borders)
    assert np.array_equal(parts.tape.h, whole.tape.h)
    for t in range(T):
        assert relative(parts.cell.carried(parts.tape, t), whole.cell.carried(whole.tape, t)) < tolerance()
    assert relative(*(case.cell.weight_gradient(case.tape, 0, T) for case in (parts, whole))) < tolerance()


@EACH
def test_a_border_changes_nothing_where_what_is_carried_is_changed(name):
    def halve(to, g):
        assert to.shape == g.shape == (CELLS[name]().states * N, B)
        to *= 0.5

    whole, parts = made(name).forward().backward(carry=halve), made(name).forward().backward(5, 6, carry=halve)
    for t in range(T):
        assert relative(parts.cell.carried(parts.tape, t), whole.cell.carried(whole.tape, t)) < tolerance()


@EACH
def test_halving_all_that_is_carried_halves_it_at_every_step(name):
    """The loss at the last step alone: 2^-lag of what is carried without."""
    def halve(to, g):
        to *= 0.5

    found = []
    for carry in (None, halve):
        case = made(name).forward()
        case.tape.G[T - 1] = case.direct[-1]
        case.cell.backward(case.V, case.tape, 0, T, [False] * (T - 1) + [True], carry)
        found.append([case.cell.carried(case.tape, t) for t in range(T)])
    for lag, (plain, halved) in enumerate(zip(*(reversed(sweep) for sweep in found), strict=True)):
        assert relative(halved * 2.0**lag, plain) < tolerance()


@EACH
@EACH_TYPE
def test_a_replica_is_the_run_by_itself(name, dtype):
    together = made(name, dtype, replicas=(3,)).forward(5).backward(5)
    gradient = together.cell.weight_gradient(together.tape, 0, T)
    for r in range(3):
        alone = together.replica(r).forward(5).backward(5)
        assert np.array_equal(together.tape.h[:, r], alone.tape.h)
        for t in range(T):
            found = together.cell.carried(together.tape, t)[r]
            assert relative(found, alone.cell.carried(alone.tape, t)) < tolerance(dtype)
        assert relative(gradient[r], alone.cell.weight_gradient(alone.tape, 0, T)) < tolerance(dtype)
        if alone.cell.beside(alone.tape) is not None:
            beside = together.cell.beside(together.tape)[:, r]
            assert relative(beside, alone.cell.beside(alone.tape)) < tolerance(dtype)


@EACH
def test_a_tape_that_was_used_before_gives_what_a_new_one_does(name):
    """With a chunk that ends where the backward pass of the batch before went through."""
    used, new = made(name).forward().backward(6), made(name)
    for case in (used, new):
        case.tape.load(case.x[::-1])
        case.cell.forward(case.V, case.tape, 0, 8)
        case.tape.G[7] = case.direct[2]
        case.cell.backward(case.V, case.tape, 0, 8, [False] * T)
    for t in range(8):
        assert np.array_equal(*(case.cell.carried(case.tape, t) for case in (used, new)))
    assert np.array_equal(*(case.cell.weight_gradient(case.tape, 0, 8) for case in (used, new)))


@EACH
def test_a_state_that_is_forgotten_is_the_state_at_the_start(name):
    case, other = made(name).forward(), made(name)
    case.tape.forget(4)
    case.cell.forward(case.V, case.tape, 4, T)
    other.tape.load(np.concatenate([case.x[4:], case.x[:4]]))
    other.cell.forward(other.V, other.tape, 0, T - 4)
    assert np.array_equal(case.tape.h[4:], other.tape.h[:T - 4])


@EACH
def test_the_shape_is_so_many_blocks_of_the_units(name):
    cell = CELLS[name]()
    assert cell.shape == (cell.blocks * N, N + 4)


@EACH
def test_the_recurrent_weights_and_the_biases_start_as_asked(name):
    """A candidate's W_hh by its eigenvalues, whatever the gates do."""
    cell, W_hh = CELLS[name](), np.random.default_rng(1).normal(size=(N, N))
    V = np.full(cell.shape, 0.0)
    rng = np.random.default_rng(2)
    cell.initialise(V, W_hh, 0.3, -0.7, rng)
    cell.initialise_gates(V, rng)
    W_xh = 0.3 * np.random.default_rng(2).normal(size=(N, 3))
    assert np.array_equal(cell.recurrent(V), W_hh)
    reading = V[N:2 * N] if name.startswith("gru") else V[:N]
    assert np.array_equal(reading[:, N:-1], W_xh)
    assert np.all(reading[:, -1] == -0.7)
    if cell.zero is not None:
        assert not V[cell.zero].any()
