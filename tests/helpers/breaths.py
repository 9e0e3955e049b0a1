"""Work that takes a breath after every step, and a slot at which it stands still at one of them."""

import random
import threading
from contextlib import contextmanager

import core.breath
import core.live.slot
import core.live.trajectory
from core.breath import Stopped, heard
from core.live.slot import UpdateSlot

KINDS = {  # of an update, on few steps and sequences
    "plain": {},
    "float32, Adam": {"dtype": "float32", "optimizer": "adam"},
    "every step asked": {"task": "sine"},
    "carried in chunks": {"task": "sine", "truncation": True, "truncation_k1": 4, "truncation_k2": 3},
    "begun anew in chunks": {"task": "sine", "truncation": True, "truncation_k1": 4, "truncation_carry": False},
    "fed back": {"task": "generator"},
    "held by a teacher": {"task": "generator", "teacher_forcing": True},
    "leaky, clipped on the way back": {"leaky": True, "clip_jacobian": True},
    "Omega": {"omega": True, "optimizer": "momentum"},
    "vanishing beyond float32": {"rho": 0.01, "dtype": "float32"},
    "LSTM": {"lstm": True, "optimizer": "rmsprop"},
    "GRU": {"gru": True, "activation": "relu"},
    "Hessian-free": {"hessian_free": True, "hessian_free_damping": 0.1},
    "Hessian-free, fed back": {"hessian_free": True, "task": "generator"},
    "echo state": {"echo_state": True},
    "echo state of values": {"echo_state": True, "task": "sine"},
    "kept orthogonal": {"orthogonal_kept": True},
}


def short_pieces(monkeypatch):
    """A breath after every step, and at every breath others are let in."""
    monkeypatch.setattr(core.breath, "NUMBERS", 1)
    monkeypatch.setattr(core.live.slot, "PIECE", 0.0)
    monkeypatch.setattr(core.live.slot, "BREATH", 0.0)
    monkeypatch.setattr(core.live.trajectory, "LONG", -1.0)


def breaths(work):
    """How many the work takes."""
    taken = []
    with heard(lambda: taken.append(None)):
        work()
    return len(taken)


def given_up(work, at):
    """Whether the work was, at its breath of this number, from 1."""
    left = [at]

    def hears():
        left[0] -= 1
        if not left[0]:
            raise Stopped

    with heard(hears):
        try:
            work()
        except Stopped:
            return True
    return False


def some_of(many, seed, most=4):
    """Numbers from 1 to `many`, the first and the last among them."""
    return sorted({1, many, *random.Random(seed).sample(range(1, many + 1), min(most, many))})


class Standing(UpdateSlot):
    """At a breath that it is told it stands still, without the slot, until it is let go."""

    def __init__(self):
        super().__init__()
        self.taken, self.at = 0, 0
        self._stands, self._go = threading.Semaphore(0), threading.Semaphore(0)

    def stand(self, after):
        """At the breath that comes after so many more."""
        self.at = self.taken + after + 1

    def _let_others_in(self, promptly):
        self.taken += 1
        if self.taken != self.at:
            super()._let_others_in(promptly)
            return
        self._hand_over()
        self._stands.release()
        assert self._go.acquire(timeout=60), "nobody let it go"
        self._take(first=promptly)

    @contextmanager
    def still(self):
        """While it stands there; then it goes on."""
        assert self._stands.acquire(timeout=60), "it came to no such breath"
        try:
            yield
        finally:
            self._go.release()
