"""What is said of the powers of a matrix."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "headline.keeps_exactly": "Keeps its size, exactly as its eigenvalues say",
    "headline.shrinks_exactly": "Shrinks, exactly as its eigenvalues say",
    "headline.grows_exactly": "Grows, exactly as its eigenvalues say",
    "headline.hump": "Grows before it shrinks",
    "headline.later": "Shrinks later than its eigenvalues say",
    "headline.more": "Grows more than its eigenvalues say",

    "rate.normal": "This matrix is normal: each step multiplies the norm by σ_max = ρ = {rho:number}.",
    "rate.as_normal": "Each step multiplies the norm by σ_max = ρ = {rho:number}.",
    "rate.below_one": "ρ = {rho:number} says that every power is smaller than the one before.",
    "rate.shrinks": "σ_max = {sigma_max:number}, so no power is larger than the one before.",
    "rate.both": "ρ = {rho:number} and σ_max = {sigma_max:number 4}.",

    "end.exact": "So ‖Wᵏ‖ = ρᵏ at every k, {log10_norm:amount} at k = {k:,}.",
    "end.beside": "‖Wᵏ‖ is {log10_norm:amount} at k = {k:,}, where ρᵏ is {log10_rho:amount}.",
    "determinant": "|det W| = {log10_det:amount} says nothing about it.",
    "peak": "But ‖Wᵏ‖ rises to {log10_peak:amount} at k = {peak:,}, since σ_max = {sigma_max:number 4}.",
    "partner": "The normal matrix with the same eigenvalues never exceeds 1.",
    "settled.not": "At k = {k:,} it is still {log10_norm:amount}.",
    "settled.at_the_last": "It is at 1 or below again at k = {settled:,}, the last one looked at.",
    "settled.from": "It is at 1 or below again from k = {settled:,} on, as far as k = {k:,}.",
    "excess.times": "Beside ρᵏ it is largest at k = {most:,}: {log10_factor:amount} times as large.",
    "excess.slight": "Beside ρᵏ it is largest at k = {most:,}: larger by less than 1 %.",
    "bounds": "At k = {k:,} ‖Wᵏ‖ is {log10_norm:amount}, ρᵏ is {log10_rho:amount} and σ_maxᵏ is "
              "{log10_sigma_max:amount}.",

    "exceeded.never": r"$\|W^{{t-j}}\| > \rho^{{t-j}}$ in **{rho:,}** of {pairs:count pair}, "
                      r"$> \sigma_{{\max}}^{{t-j}}$ in **{sigma_max:,}**.",
    "exceeded.times": r"$\|W^{{t-j}}\| > \rho^{{t-j}}$ in **{rho:,}** of {pairs:count pair} (up to "
                      r"${log10_factor:tex}$ times), $> \sigma_{{\max}}^{{t-j}}$ in **{sigma_max:,}**.",
    "exceeded.slight": r"$\|W^{{t-j}}\| > \rho^{{t-j}}$ in **{rho:,}** of {pairs:count pair} (by less than 1 %), "
                       r"$> \sigma_{{\max}}^{{t-j}}$ in **{sigma_max:,}**.",

    "moved": "A change of W of size {log10_change:amount} can move one as far as {radius:.3g} from 0 or farther.",
    "distance": "One of size {log10_distance:amount} is enough to put one on the unit circle.",
    "on_the_circle": "One is on the unit circle, to rounding.",
})
