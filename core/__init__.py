"""The engine: recurrent networks whose gradients can be watched. It never imports the user interface.

How the pieces hang together, in the order in which a number travels:

    parameters   a field is declared once: range, unit, symbol, help, error text
    specs        Recurrence, Task, Training: what a reader sets
    experiment   the specs and the active remedies together; to and from flat text values
    spectrum     W_hh from its eigenvalues          activations   phi, phi', gamma
    tasks/       batches, chance and memoryless loss cells/       forward, backward, Jacobians
    network      the initial weights                losses        cross-entropy, squared error
    backprop     BPTT, dL/dh_t at every t           jacobian      dh_T/dh_k in log space
    remedies/    clipping, truncation, ...          optimizers    torch.optim on one flat vector
    training     train(...) -> StepRecords          history       what is kept of a run, bounded
    live         a run that plays beside the page   slot          one update at a time, in turn
    job          other work beside the page         verdict       numbers -> one honest sentence

Why gradients vanish and explode, each idea by itself:

    jacobian_map, rounding, long_sequence           products of Jacobians: every pair, its digits, 65,536 steps
    singular_spectrum, graded_qr                    all their singular values
    matrices, normality, pseudospectrum, transient  eigenvalues against singular values
    landscape, dynamics, bifurcations               one unit: cliffs, attractors, folds
    precision, number_types, stagnation, iterated   what number types do to small numbers
    unrolled, feedforward, eigendecomposition       a word read letter by letter, every symbol with its number
    gradient_by_lag, corrections/, derivation/      what is often printed, measured; the derivation in steps

    records      every frozen value that leaves     figures/      Record -> plotly Figure
    sources      the papers                         __main__      the same numbers without a page
"""

import os

# One thread for the linear algebra: the matrices are small, and on two busy cores a second thread only
# fights the first. It has no effect once numpy is loaded, hence here, before any module imports it.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
