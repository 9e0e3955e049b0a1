"""Cells: one file each, with forward pass, backward pass and one-step Jacobian in closed form.

A cell is a module with

    weight_shape(n_hidden, n_in) -> (rows, columns)       of its one weight matrix V
    Tape(T, n_hidden, n_in, B, dtype)                     what the forward pass leaves for the backward pass
    forward(V, tape, activation, start, stop)
    backward(V, tape, start, stop, has_target)            fills dL/dh_t and dL/da_t
    carry_back(V, tape, t, g)                             one step of it, for a vector kept in log space
    weight_gradient(tape, start, stop) -> dL/dV
    jacobians(V, tape, samples) -> Jacobians, dh_t/dh_{t-1} of some sequences of the batch

Arrays are (time, features, batch): what one step works on is contiguous. Index t of an array is time t + 1.
"""
