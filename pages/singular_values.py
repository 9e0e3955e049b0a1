"""Eigenvalues are not singular values: powers and pseudospectra of two matrices with the same eigenvalues."""

import streamlit as st

from core.network.spectrum import spectrum_of
from core.topics.singular_values.example_matrices import Matrix, matrix_of, prescribed_eigenvalues, rounding_of
from core.topics.singular_values.matrix_powers import matrix_powers, normal_partner
from core.topics.singular_values.pseudospectrum import normal_pseudospectrum
from core.topics.singular_values.verdict import matrix_powers_verdict
from pages._kit.link.settings import settings
from pages._kit.link.visit import visit, write_url
from pages._kit.playing.jobs import followed
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._kit.verdict import show_verdict
from pages._parts.singular_values.charts import (
    charts_of_powers,
    charts_of_the_plane,
    choose,
    examples,
    search,
    take_home,
)
from pages._parts.singular_values.words import explain, what_float64_holds

style()
own = visit("singular_values", Matrix, experiment=True, remedied=False, upto="W_hh")
choose(own)
spec, problem = own.spec(Matrix)
experiment, conflict = settings().experiment()
write_url(own, experiment=True)

W, asked = matrix_of(spec, experiment), prescribed_eigenvalues(spec, experiment)
powers = matrix_powers(W, spec.powers, asked, rounding_of(spec, experiment))
normal = matrix_powers(normal_partner(powers.spectrum.eigenvalues), spec.powers)
half_width = spec.reach * max(1.0, powers.spectrum.rho)
plane = normal_pseudospectrum(powers.spectrum.eigenvalues, half_width)
work = search(W, half_width)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Eigenvalues are not singular values")
    take_home(own, spec, experiment, powers, normal)
st.markdown("Two matrices with **the same eigenvalues**, side by side. $k$ steps of a linear network multiply a "
            "gradient by $W^k$: look for the hump.")
examples(own)
show_problems(*settings().problems, *own.problems, conflict, problem)
show_verdict(matrix_powers_verdict(powers), spoken=True)
what_float64_holds(spectrum_of(W).rho, powers)
charts_of_powers(normal, powers)


def the_plane() -> None:
    """What the pseudospectra add; it fills itself while they are computed."""
    charts_of_the_plane(spec, work, plane, powers)
    explain(W, powers, work.answer)


followed(work, the_plane)
