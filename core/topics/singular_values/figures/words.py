"""What the charts of a matrix say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "plane": "{eigenvalues:count eigenvalue}, the largest of magnitude {largest:number}. {claims:each  }",
    "circle": "W = [[{w11:signed}, {w12:signed}], [{w21:signed}, {w22:signed}]] takes the unit circle to an ellipse "
              "with semi-axes {sigma_max:number 4} and {sigma_min:number 4}, its singular values. {eigenvectors}",
    "circle.eigenvectors": "What stays on its line through 0: {each:each , and }.",
    "circle.eigenvector": "({x:signed}, {y:signed}) with eigenvalue {eigenvalue:signed}",
    "circle.every": "Every vector stays on its line through 0.",
    "circle.none": "No vector stays on its line through 0: the eigenvalues are not real.",
    "by_alpha": "At α = {alpha:number} σ_max is {sigma_max:number 4} and ρ is {rho:number 4}. From α = {lowest:number} "
                "to {highest:number} σ_max goes from {sigma_lowest:number 4} to {sigma_highest:number 4}, and ρ stays.",

    "plane.computing": "The pseudospectra are being computed.",
})
