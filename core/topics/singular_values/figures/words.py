"""What the chart of pseudospectra says to who cannot see it."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "plane": "{eigenvalues:count eigenvalue}, the largest of magnitude {largest:number}. {claims:each  }",
    "plane.computing": "The pseudospectra are being computed.",
})
