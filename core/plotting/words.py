"""What a picture of eigenvalues says to who cannot see it."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "eigenvalues": "Spectral radius {rho:fine}, largest singular value {sigma_max:fine}; {outside} of {n} eigenvalues "
                   "lie outside the unit circle.",
    "eigenvalues.one_outside": "Spectral radius {rho:fine}, largest singular value {sigma_max:fine}; 1 of {n} "
                               "eigenvalues lies outside the unit circle.",
    "eigenvalues.not_finite": "The matrix is not finite.",
    "candidate": "Of the candidate's W_hh alone, one block of a gated cell. {text}",
    "misses": "It misses orthogonality by {by:plain}.",
})
