"""Products of Jacobians, one factor after the other, each product by its singular values: slow, and nothing shared."""

import numpy as np


def log10_norms(J):
    """log10 ||J_T ... J_{T-l+1}||_2 for l = 1..T, of one sequence, by a singular value decomposition of each product
    that is scaled by its own Frobenius norm."""
    factors, product, scale, out = np.asarray(J), np.eye(J.shape[1]), 0.0, []
    for factor in factors[::-1]:
        size = np.abs(factor).max()
        product = product @ (factor / size) if size > 0.0 else product * 0.0
        norm = np.linalg.norm(product)
        if norm == 0.0:
            out += [-np.inf] * (len(factors) - len(out))
            break
        product, scale = product / norm, scale + np.log10(norm) + np.log10(size)
        out.append(scale + np.log10(np.linalg.svd(product, compute_uv=False)[0]))
    return np.array(out)


def middle_curve(J, lag):
    """Mean of log10 over the one or two sequences in the middle at that lag, for every lag; and the median there."""
    norms = np.array([log10_norms(J.of(s)) for s in range(J.samples)])
    order = sorted(range(len(norms)), key=lambda s: norms[s, lag - 1])
    half = len(order) // 2
    chosen = [order[half]] if len(order) % 2 else order[half - 1:half + 1]
    return np.mean(norms[chosen], axis=0), float(np.median(norms[:, lag - 1]))


def first(curve, holds):
    """The first lag at which it holds; None where there is none."""
    return next((lag for lag, value in enumerate(curve, start=1) if holds(value)), None)
