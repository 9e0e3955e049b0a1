"""The engine: recurrent networks whose gradients can be watched. It never imports the user interface.

How the pieces hang together, in the order in which a number travels:

    parameters   a field is declared once: range, unit, symbol, help, error text
    specs        Recurrence, Task, Training: what a reader sets
    experiment   the specs and the active remedies together; to and from flat text values
    remedies/    one file a remedy: its hooks       hooks         those of the active ones, collected
    effect       what has no effect beside the other settings, and why
    spectrum     W_hh from its eigenvalues          activations   phi, phi', gamma
    tasks/       batches, chance and memoryless loss cells/       forward, backward, Jacobians
    network      the initial weights                losses        cross-entropy, squared error
    feedback     an output that is the next input   batches       numbered, from the seed alone
    backprop     BPTT, dL/dh_t at every t           chunk         one chunk of truncated BPTT
    solver       what makes an update               optimizers    torch.optim on one flat vector
    jacobian     dh_T/dh_k in log space             divergence    what left the finite numbers, and where
    training     train(...) -> StepRecords          replicas      the same on several seeds at once
    history      what is kept of a run, bounded     changes       what became other mid-run, in words
    solved       when a task counts as solved       own_batch     whether an update was too long, measured
    spelling     numbers in words, claims           topics/       what a page computes and says
    live         a run that plays beside the page   slot          one update at a time, in turn
    job          other work beside the page         pytorch_code  the run as a script of torch alone
    memory       bytes, foretold from the sizes     limits        what one visitor may hold, and the line that says so

Why gradients vanish and explode, each idea by itself:

    jacobian_map, rounding, long_sequence           products of Jacobians: every pair, its digits, 65,536 steps
    topics/jacobians                                what bounds them, where they are largest, what that says
    singular_spectrum, graded_qr                    all their singular values
    matrices, normality, pseudospectrum, transient  eigenvalues against singular values
    landscape, dynamics, bifurcations               one unit: cliffs, attractors, folds
    precision, number_types, stagnation, iterated   what number types do to small numbers
    unrolled, feedforward, eigendecomposition       a word read letter by letter, every symbol with its number
    first_sequence                                  the plain network over the first sequence of its task
    gradient_by_lag, corrections/, derivation/      what is often printed, measured; the derivation in steps

What is done about it:

    hessian_free, gauss_newton, conjugate_gradient  the whole update, with curvature
    echo_state                                      the readout alone, by ridge regression
    truncation_map, dropped_gradient, truncation_cost    what truncation sees, loses and costs
    threshold_adviser, threshold_search             at which norm to clip
    race, lane, horizon, race_view                  remedies side by side, several seeds each
    race_table, race_verdict                        the race in numbers, and in sentences with their numbers
    remedy_effect, remedy_costs                     what a remedy does to the gradient; how long an update takes
    demos/, published/                              what each remedy did on 20 seeds; the published experiment

    records      every frozen value that leaves     figures/      Record -> plotly figure
    sources      the papers                         __main__      the same numbers without a page
"""

import os

# One thread for the linear algebra: the matrices are small, and on two busy cores a second thread only
# fights the first. It has no effect once numpy is loaded, hence here, before any module imports it.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
