"""A run as something that == compares, bit for bit."""

from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training.experiment import Experiment

SMALL = Experiment(Recurrence(n_hidden=6, alpha=0.3), Task(task="sine", seq_len=12, batch=4), Training(lr=0.05))


def told(record):
    """A record as something that == compares, but its duration."""
    return (record.step, record.loss, record.grad_norm, record.clipped_norm, record.log10_dL_dh.tobytes(),
            record.W_hh.tobytes(), record.accuracy, record.stopped)


def updates(trainer, count):
    return [trainer.update() for _ in range(count)]


def tell(records):
    return [told(record) for record in records]
