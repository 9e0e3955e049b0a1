"""What each step says of the reader's own network: one or two sentences with measured numbers, Markdown with TeX."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.claims import Claim, Verdict
from core.norms import column_norms
from core.topics.derivation.directions import BATCHES
from core.topics.derivation.guesses import what_the_bound_says
from core.topics.derivation.subject import Subject
from core.topics.derivation.symbols import size_of
from core.topics.derivation.word.unrolled import END
from core.topics.derivation.words import say
from core.topics.jacobians.verdict import NOT_FINITE, fed_bound, hump_claims, way_back

NORMAL, DEFECTIVE = 1.0 + 1e-6, 1e8  # condition of the eigenvectors
ALIKE, UNLIKE = 0.7, 0.2  # cosines from which on gradients point the same way, and below which they do not


def _next(s: Subject) -> Claim:
    """What is to be named after the letter at t."""
    return _named(s.word.next_letters[s.t - 1])


def _named(letter: str) -> Claim:
    return say("next.end") if letter == END else say("next.letter", letter=letter)


def update(s: Subject) -> Claim:
    one = s.one
    return say("update", {"lr": s.experiment.training.lr, "before": one.loss, "after": one.loss_after},
               letter=one.letter, next=_next(s))


def unrolled(s: Subject) -> Claim:
    return say("unroll.one_layer" if s.reading.layers == 1 else "unroll.two_layers", {
        "T": len(s.word.letters), "letters": len(s.word.alphabet), "n": s.experiment.recurrence.n_hidden})


def forward(s: Subject) -> Claim:
    layer, at = s.layer, s.t - 1
    return say("forward.one_layer" if s.reading.layers == 1 else "forward.two_layers", {
        "t": s.t, "past": size_of(layer.W_hh @ layer.h_before[at]), "read": size_of(layer.W_xh @ layer.reads[at])})


def output(s: Subject) -> Claim:
    p, target = s.word.p[s.t - 1], s.word.target[s.t - 1]
    numbers = {"largest": float(p.max()), "p": float(p[target])}
    names = {"read": "".join(s.word.letters[:s.t]), "guess": _named(s.word.outputs[int(p.argmax())])}
    if p.argmax() == target:
        return say("output.right", numbers, **names)
    return say("output.other", numbers, next=_next(s), **names)


def loss(s: Subject) -> Claim:
    T, outputs = len(s.word.letters), len(s.word.outputs)
    return say("loss", {"loss": s.word.loss, "a_step": s.word.loss / T, "outputs": outputs,
                        "nothing": float(np.log(outputs))})


def backward(s: Subject) -> Claim:
    lower, *upper = ((float(norms[-1]), float(norms[0])) for norms in
                     (column_norms(layer.dL_dh.T) for layer in s.word.layers))
    numbers = {"last": lower[0], "first": lower[1]}
    if not upper:
        return say("sum.one_layer", numbers)
    return say("sum.two_layers", numbers | {"last_above": upper[0][0], "first_above": upper[0][1]})


def terms(s: Subject) -> Claim:
    if s.t == 1:
        return say("terms.at_1")
    numbers = {"t": s.t, "shortest": size_of(s.term(s.t)), "longest": size_of(s.term(2)),
               "whole": size_of(sum(s.term(k) for k in range(1, s.t + 1)))}
    return say("terms.at_2" if s.t == 2 else "terms", numbers)


def product(s: Subject) -> Claim:
    if s.lag == 0:
        return say("product.no_factor")
    factors = [size_of(s.layer.jacobians[i]) for i in range(s.k, s.t)]
    return say("product.factors", {"lag": s.lag, "k": s.k, "t": s.t, "norms": float(np.prod(factors)),
                                   "norm": size_of(s.product)})


def eigen(s: Subject) -> Claim:
    sizes, condition = np.abs(s.layer.spectrum.eigenvalues), s.layer.eigen.condition
    rate = say("eigen.rate", {"smallest": float(sizes.min()), "rho": float(sizes.max()), "lag": s.lag, "k": s.k,
                              "t": s.t, "far": float(sizes.max() ** s.lag)})
    return say("eigen.orthogonal" if condition < NORMAL else "eigen.defective" if condition > DEFECTIVE else
               "eigen.condition", {"condition": condition}, rate=rate)


def bound(s: Subject) -> Claim:
    here, spectrum, gamma = size_of(s.layer.jacobians[s.t - 1]), s.layer.spectrum, s.activation.gamma
    said = say("bound", {"t": s.t, "step": here, "bound": spectrum.sigma_max * gamma, "rate": spectrum.rho * gamma})
    return say("bound.exceeded", bound=said) if here > spectrum.rho * gamma * (1 + 1e-9) else said


def slopes(s: Subject) -> Claim:
    found = s.layer.phi_prime[s.t - 1]
    return say("gamma", {"t": s.t, "n": len(found), "smallest": found.min(), "largest": found.max(),
                         "gamma": s.activation.gamma})


def headline(s: Subject) -> Verdict:
    """What equation (12) comes to in the reader's network, and what is measured."""
    rates, reach, steps = s.on_task.rates, s.on_task.log10_reach, s.on_task.T - 1
    if reach is None:
        return NOT_FINITE
    said = what_the_bound_says(rates.bound)
    with np.errstate(divide="ignore"):
        most = steps * float(np.log10(rates.bound))
    kind, words = way_back(reach, s.on_task.peak)
    return Verdict(kind, words, (
        say("per_step", {"per_step": rates.bound}, bound=rates.bound_name, fed=fed_bound(rates.fed), said=said),
        say("product", {"lag": steps, "log10_bound": most, "log10": reach}), *hump_claims(reach, s.on_task.peak)))


def clip(s: Subject) -> Claim:
    norm, theta = s.on_task.record.grad_norm, s.on_task.threshold
    if s.on_task.record.stopped is not None:
        return say("clip.not_finite", why=s.on_task.record.stopped)
    statement = "clip.left" if norm <= theta else "clip.to_a_share" if norm <= 100.0 * theta else "clip.to_a_power"
    kept = {} if norm <= theta else {"kept": theta / norm}
    done = say(statement, {"norm": norm, "threshold": theta, **kept}, note=s.on_task.note)
    found = s.on_task.directions
    if found is None:
        return say("clip.no_directions", {"batches": BATCHES}, clip=done)
    return say("clip.directions", {"batches": found.batches, "cosine": found.cosine}, clip=done, note=found.note,
               pointing=_pointing(found.cosine))


def _pointing(cosine: float) -> Claim:
    """What a cosine between the gradients of several batches says."""
    return say("clip.alike" if cosine >= ALIKE else "clip.partly_alike" if cosine >= UNLIKE else "clip.unlike")


def truncated(s: Subject) -> Claim:
    numbers = {"k2": s.k2, "t": s.t}
    if s.k2 >= s.t:
        return say("truncate.keeps_the_one" if s.t == 1 else "truncate.keeps_all", numbers)
    whole = sum((s.term(k) for k in range(1, s.t + 1)), np.zeros_like(s.product))
    return say("truncate.drops", numbers | {"kept": size_of(s.kept), "whole": size_of(whole),
                                            "dropped": size_of(whole - s.kept)})


def leaky(s: Subject) -> Claim:
    plain, slow = (say("vanishing.no_number") if found is None else
                   say("vanishing.norm", {"log10": float(found[1][-1])})
                   for found in (s.on_task.leaky(0.0), s.on_task.leaky(s.leak)))
    return say("vanishing", {"T": s.on_task.T, "alpha": s.leak}, plain=plain, leaky=slow)


READINGS: dict[str, Callable[[Subject], Claim]] = {
    "update": update, "unroll": unrolled, "forward": forward, "output": output, "loss": loss, "sum": backward,
    "terms": terms, "product": product, "eigen": eigen, "bound": bound, "gamma": slopes,
    "clip": clip, "truncate": truncated, "vanishing": leaky}
