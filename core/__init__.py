"""The engine: recurrent networks whose gradients can be watched. It never imports the user interface.

The rooms, each of which may use what stands above it:

    parameters   a field is declared once: range, unit, symbol, help, error text
    registry     folders in which a file is an entry       spelling   numbers in words
    norms        norms out of the range of floats          claims     sentences with their numbers; a room's stand in
    sources      the papers                                           its words.py
    arrays       types of arrays by short names            tables     CSV, of a command and of a page
    markup       words as a page sets them                 breath     where long work lets others in
    cost         seconds from counts, bytes and seconds of work

    network/     W_hh from its eigenvalues, activations, weights, cells with their Jacobians
    tasks/       batches, and what a loss is worth without a memory
    specs/       what a reader sets: recurrence, task, training
    bptt/        dL/dh_t at every t, in closed form, and what makes an update of it
    remedies/    one file a remedy: a spec and the hooks that it fills
    training/    an experiment; one measured update at a time, on one seed or several
    live/        runs that play beside a page, their history, and what they may hold
    plotting/    a figure's description, one look for all (it uses network and the root alone)
    topics/      a room a page: what it computes, says and draws
    command/     the same numbers without a page

A level has about twelve names, and more where a group would say less than they do: here, whose files every room uses by
name; in remedies/, a list of the field's in which a file is an entry, several act on two things, and a page orders them
by what each helps against; in live/, whose files are the parts of one run and lean on one another in a row.

A script of yours imports from here, `from core import Experiment, train`; where a name lives inside may change.
"""

import os
from importlib import import_module
from typing import Any

# One thread for the linear algebra: the matrices are small, and on two busy cores a second thread only
# fights the first. It has no effect once numpy is loaded, hence here, before any module imports it.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

_HOMES = {  # loaded when asked for: the command and the pages load what they use
    "Experiment": "core.training.experiment", "Recurrence": "core.specs.recurrence", "Task": "core.specs.task",
    "Training": "core.specs.training", "Trainer": "core.training.trainer", "train": "core.training.train",
    "sampled": "core.training.batches", "Matrix": "core.topics.singular_values.example_matrices",
    "matrix_of": "core.topics.singular_values.example_matrices",
    "matrix_powers": "core.topics.singular_values.matrix_powers",
    "powers": "core.topics.precision.powers", "OneUnit": "core.topics.landscape.one_unit",
    "descend": "core.topics.landscape.one_unit", "error_and_gradient": "core.topics.landscape.one_unit",
}
__all__ = sorted(_HOMES)  # and the specs of the remedies, by the names of their classes


def __getattr__(name: str) -> Any:
    """One of `__all__`, or a remedy's spec such as ClipNorm."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name[:1].isupper():
        for remedy in import_module("core.remedies.base").remedies().values():
            if remedy.spec.__name__ == name:
                return remedy.spec
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
