"""What each step says of the reader's own network: one or two sentences with measured numbers, Markdown with TeX."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.claims import Verdict
from core.spelling import count, share
from core.topics.derivation.directions import BATCHES
from core.topics.derivation.guesses import what_the_bound_says
from core.topics.derivation.spelling import tex_number as tex
from core.topics.derivation.spelling import tex_power
from core.topics.derivation.subject import Subject
from core.topics.derivation.symbols import size_of
from core.topics.derivation.word.unrolled import END
from core.topics.derivation.words import say
from core.topics.jacobians.verdict import NOT_FINITE, fed_bound, hump_claims, way_back

NORMAL, DEFECTIVE = 1.0 + 1e-6, 1e8  # condition of the eigenvectors
ALIKE, UNLIKE = 0.7, 0.2  # cosines from which on gradients point the same way, and below which they do not


def _next(s: Subject) -> str:
    """What is to be named after the letter at t."""
    name = s.word.next_letters[s.t - 1]
    return "the end" if name == END else f"“{name}”"


def update(s: Subject) -> str:
    one = s.one
    return (f"Read “{one.letter}”, name {_next(s)}: with $\\eta = {tex(s.experiment.training.lr)}$ one update of all "
            f"weights takes the loss on this letter from ${tex(one.loss, 4)}$ to ${tex(one.loss_after, 4)}$ nats.")


def unrolled(s: Subject) -> str:
    n, T, m = s.experiment.recurrence.n_hidden, len(s.word.letters), len(s.word.alphabet)
    each = "" if s.reading.layers == 1 else " Each of the two layers has its own."
    return (f"Your word has {count(T, 'step')} and {count(m, 'different letter')}. The same {n} × {n} numbers of "
            f"$W_{{hh}}$ are used at each of the {T} steps.{each}")


def forward(s: Subject) -> str:
    layer, at = s.layer, s.t - 1
    read = "the letter" if s.reading.layers == 1 else "the state below"
    return (f"At $t = {s.t}$ the past adds $\\lVert W_{{hh}} h_{{t-1}} \\rVert = "
            f"{tex(size_of(layer.W_hh @ layer.h_before[at]))}$, {read} "
            f"$\\lVert W_{{xh}} x_t \\rVert = {tex(size_of(layer.W_xh @ layer.reads[at]))}$.")


def output(s: Subject) -> str:
    p, target = s.word.p[s.t - 1], s.word.target[s.t - 1]
    best = s.word.outputs[int(p.argmax())]
    said = "the end" if best == END else f"“{best}”"
    read = "".join(s.word.letters[:s.t])
    text = f"After “{read}” the largest probability, {share(float(p.max()))}, is that of {said}"
    return f"{text}, and that is what comes next." if p.argmax() == target else (
        f"{text}; what comes next is {_next(s)}, with {share(float(p[target]))}.")


def loss(s: Subject) -> str:
    T, outputs = len(s.word.letters), len(s.word.outputs)
    return (f"The word costs ${tex(s.word.loss, 4)}$ nats, ${tex(s.word.loss / T, 4)}$ a step; knowing nothing costs "
            f"$\\ln {outputs} = {np.log(outputs):.4g}$ a step.")


def backward(s: Subject) -> str:
    ends = []
    for layer in s.word.layers:
        norms = np.linalg.norm(layer.dL_dh, axis=1)
        ends.append(f"from ${tex(norms[-1])}$ to ${tex(norms[0])}$")
    way = "From the last letter back to the first $\\lVert\\partial L/\\partial h_t\\rVert$ goes"
    if len(ends) == 1:
        return f"{way} {ends[0]}."
    return f"{way} {ends[1]} in the upper layer and {ends[0]} in the lower."


def terms(s: Subject) -> str:
    if s.t == 1:
        return "At $t = 1$ there is one way, and its term is 0: $h_0 = 0$."
    if s.t == 2:
        return f"At $t = 2$ one term can be other than 0, that of $k = 2$: its norm is ${tex(size_of(s.term(2)))}$."
    sizes = [size_of(s.term(k)) for k in range(1, s.t + 1)]
    whole = size_of(sum(s.term(k) for k in range(1, s.t + 1)))
    return (f"At $t = {s.t}$ the shortest way, $k = t$, has a term of ${tex(sizes[-1])}$, the longest that can be "
            f"other than 0, $k = 2$, one of ${tex(sizes[1])}$. Together they are ${tex(whole)}$.")


def product(s: Subject) -> str:
    if s.lag == 0:
        return "$k = t$: there is no factor, and the product is the identity."
    factors = [size_of(s.layer.jacobians[i]) for i in range(s.k, s.t)]
    return (f"In your word {count(s.lag, 'factor')} lie{'s' * (s.lag == 1)} between $k = {s.k}$ and $t = {s.t}$. Their "
            f"norms multiply to ${tex(float(np.prod(factors)))}$; the norm of their product is "
            f"${tex(size_of(s.product))}$.")


def eigen(s: Subject) -> str:
    sizes, condition = np.abs(s.layer.spectrum.eigenvalues), s.layer.eigen.condition
    low, high, far = (tex(float(size), 4) for size in (sizes.min(), sizes.max(), sizes.max() ** s.lag))
    rate = (f"Your $|\\lambda|$ go from ${low}$ to $\\rho = {high}$; over {count(s.lag, 'step')}, from $k = {s.k}$ to "
            f"$t = {s.t}$, $\\rho$ comes to ${far}$. ")
    if condition < NORMAL:
        return rate + "Your eigenvectors are orthogonal: the rate says all."
    if condition > DEFECTIVE:
        return rate + "Your $W_{hh}$ has too few eigenvectors to be written so, or nearly: the norm may grow first."
    return rate + (f"$\\mathrm{{cond}}\\,Q = {tex(condition)}$: the norm may be up to so many times more than the rate "
                   "says.")


def bound(s: Subject) -> str:
    here, spectrum, gamma = size_of(s.layer.jacobians[s.t - 1]), s.layer.spectrum, s.activation.gamma
    over = " The eigenvalue is exceeded: it is no bound." if here > spectrum.rho * gamma * (1 + 1e-9) else ""
    return (f"At $t = {s.t}$ a step stretches up to ${tex(here)}$ times; $\\sigma_{{\\max}}\\gamma = "
            f"{tex(spectrum.sigma_max * gamma)}$, $\\rho\\gamma = {tex(spectrum.rho * gamma)}$.{over}")


def slopes(s: Subject) -> str:
    found = s.layer.phi_prime[s.t - 1]
    return (f"At $t = {s.t}$ the slopes of your {len(found)} units go from ${tex(found.min())}$ to "
            f"${tex(found.max())}$; $\\gamma = {tex(s.activation.gamma)}$.")


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
        say("per_step", {"per_step": rates.bound}, bound=rates.bound_name, fed=fed_bound(rates), said=said),
        say("product", {"lag": steps, "log10_bound": most, "log10": reach}), *hump_claims(reach, s.on_task.peak)))


def clip(s: Subject) -> str:
    norm, theta = s.on_task.record.grad_norm, s.on_task.threshold
    if s.on_task.record.stopped is not None:
        return f"Your first gradient is not finite ({s.on_task.record.stopped}): no clip helps here."
    kept = share(theta / norm) if norm <= 100.0 * theta else f"${tex(theta / norm)}$"
    done = f"not above $\\theta = {tex(theta)}$: it is left as it is" if norm <= theta else (
        f"above $\\theta = {tex(theta)}$: it is shortened to {kept} of its length")
    text = f"Your first gradient has norm ${tex(norm)}$, {done}.{s.on_task.note}"
    found = s.on_task.directions
    if found is None:
        return f"{text} Some of your first {BATCHES} gradients have no direction to compare: one is 0 or not finite."
    return (f"{text} Between the gradients of your first {found.batches} batches the cosine is {found.cosine:.2f} on "
            f"average: {_pointing(found.cosine)}.{found.note}")


def _pointing(cosine: float) -> str:
    """What a cosine between the gradients of several batches says."""
    if cosine >= ALIKE:
        return "they point the same way"
    return "they share a direction, and differ in more" if cosine >= UNLIKE else (
        "each points another way, and a clip does not change that")


def truncated(s: Subject) -> str:
    whole = sum((s.term(k) for k in range(1, s.t + 1)), np.zeros_like(s.product))
    if s.k2 >= s.t:
        every = "the one term" if s.t == 1 else f"all {s.t} terms"
        return f"$k_2 = {s.k2}$ keeps {every} at $t = {s.t}$, and nothing is dropped."
    return (f"$k_2 = {s.k2}$ keeps {s.k2} of the {s.t} terms at $t = {s.t}$: "
            f"${tex(size_of(s.kept))}$ of it stays where the whole is ${tex(size_of(whole))}$, and what is dropped is "
            f"${tex(size_of(whole - s.kept))}$.")


def leaky(s: Subject) -> str:
    plain, slow = s.on_task.leaky(0.0), s.on_task.leaky(s.leak)
    ends = [None if found is None else float(found[1][-1]) for found in (plain, slow)]
    words = ["not a number" if end is None else f"${tex_power(end)}$" for end in ends]
    return (f"Over the {count(s.on_task.T, 'step')} of your task the norm is {words[0]} without a leak and {words[1]} "
            f"with $\\alpha = {tex(s.leak)}$.")


READINGS: dict[str, Callable[[Subject], str]] = {
    "update": update, "unroll": unrolled, "forward": forward, "output": output, "loss": loss, "sum": backward,
    "terms": terms, "product": product, "eigen": eigen, "bound": bound, "gamma": slopes,
    "clip": clip, "truncate": truncated, "vanishing": leaky}
