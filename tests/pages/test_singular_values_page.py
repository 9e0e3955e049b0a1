"""The page on eigenvalues and singular values, without a browser: presets, controls, words, links."""

import contextlib
import io
from functools import partial

import numpy as np
import pytest

from core.markup import as_markdown
from core.network.spectrum import spectrum_of
from core.specs.recurrence import Recurrence
from core.topics.singular_values.example_matrices import ENTRIES, EXAMPLES, TWO, Matrix, matrix_of
from core.topics.singular_values.matrix_powers import matrix_powers, normal_partner
from core.training.experiment import Experiment
from pages._parts.singular_values.around import matrix_powers_csv, powers_script
from tests.helpers import app_page
from tests.helpers.app_page import cells, checked, drawn_on, own_of, sent, settings_of, warnings
from tests.helpers.panels import put, refusals, rows

PLANES = ["normal_plane", "plane"]
SEEN = {"thirty_two": ["by_alpha"], "yours": ["by_alpha"]}  # beside the others; the unit circle of a 2 x 2 matrix
OWN_ENTRIES = {name: Matrix().values()[name] for name in ENTRIES}


opened = partial(app_page.opened, "singular_values")


def own(page):
    return own_of(page, "singular_values").values


def words(page):
    return "\n".join(m.value for m in page.markdown)


def verdict(page):
    return cells(page)["verdict"]["html"]


def test_the_page_opens_with_the_first_example_and_no_warning():
    page = opened()
    assert own(page) == {"matrix": "half_four", "powers": 12, "reach": 1.5, "level": -4, **OWN_ENTRIES}
    assert warnings(page) == []


def charts(name):
    return ["normal_powers", "powers", *SEEN.get(name, ["unit_circle"]), *PLANES]


def test_the_page_shows_four_charts_and_what_there_is_to_see_of_the_matrix():
    assert drawn_on(opened()) == charts("half_four")
    assert drawn_on(opened(matrix="yours", shape="gaussian")) == ["normal_powers", "powers", *PLANES]
    assert drawn_on(opened(matrix="yours", n_hidden="2", angle="0")) == [
        "normal_powers", "powers", "unit_circle", "by_alpha", *PLANES]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_preset_sets_its_matrix(name):
    page = opened(matrix="nine_five", reach="2")
    checked(page.button(key=f"example_{name}").click().run())
    assert own(page) == {"matrix": name, "powers": EXAMPLES[name].powers, "reach": 1.5, "level": EXAMPLES[name].level,
                         **OWN_ENTRIES}
    assert warnings(page) == []
    assert drawn_on(page) == charts(name)


@pytest.mark.parametrize(("query", "count"), [
    ({}, "in **78** of 78 pairs"),
    ({"matrix": "nine_five", "powers": "60"}, "in **1,830** of 1,830 pairs"),
    ({"matrix": "diagonal"}, "in **0** of 78 pairs"),
])
def test_both_bounds_are_counted_for_the_matrix_and_its_partner(query, count):
    """The eigenvalue's is exceeded, that of sigma_max never is; for the normal partner neither is."""
    lines = [m.value for m in opened(**query).markdown if m.value.startswith(r"$\|W^{t-j}\| >")]
    assert len(lines) == 2
    assert "in **0** of" in lines[0]
    assert count in lines[1]
    assert all(r"$> \sigma_{\max}^{t-j}$ in **0**." in line for line in lines)


def test_the_reading_has_kreisss_constant_and_the_distance():
    page = opened()
    checked(page.run())  # the pseudospectra of a small matrix are there by now
    text = words(page)
    assert r"$K \ge 2.12$" in text
    assert "it reaches $4.06$ at $k = 1$" in text
    assert "A change of size $0.0616$" in text
    assert "there is no basis of eigenvectors" in text


def test_a_matrix_with_an_eigenvalue_outside_has_an_infinite_constant():
    assert "is infinite" in words(opened(matrix="diagonal"))


def test_kreisss_constant_beyond_the_powers_drawn_is_said_to_come_later():
    page = opened(matrix="nine_five", powers="2")
    checked(page.run())
    assert "later than $T = 2$" in words(page)


@pytest.mark.parametrize("name", ["powers", "reach", "level"])
def test_a_number_can_be_set_to_both_ends(name):
    page, parameter = opened(), Matrix.parameters()[name]
    put(page, name, parameter.high)
    assert own(page)[name] == parameter.high
    put(page, name, parameter.low)
    assert own(page)[name] == parameter.low
    assert warnings(page) == []


@pytest.mark.parametrize(("name", "value"), [("powers", 401), ("powers", 0), ("reach", 9.0), ("level", 0)])
def test_a_typed_value_that_is_not_allowed_gives_one_line_and_changes_nothing(name, value):
    page = opened()
    before = dict(own(page))
    put(page, name, value)
    (line,) = refusals(page)
    assert line.startswith(f"{name} must be ")
    assert own(page) == before


def sliders_of_the_experiment(page):
    return {row["name"] for row in rows(page) if row["kind"] == "number" and not row["typed"] and row["of"] == ""}


def test_the_sliders_of_W_hh_come_with_your_matrix_only():
    page = opened()
    assert sliders_of_the_experiment(page) == set()
    put(page, "matrix", "yours")
    assert sliders_of_the_experiment(page) == {"rho", "spread", "angle", "alpha", "n_hidden"}


def test_alpha_moves_your_matrix_and_the_session_s_experiment():
    page = opened(matrix="yours")
    assert "Keeps its size" in verdict(page)
    put(page, "alpha", 1.0)
    assert settings_of(page).values["alpha"] == 1.0
    assert "Grows more than its eigenvalues say" in verdict(page)


@pytest.mark.parametrize(("query", "shown"), [
    ({"shape": "gaussian"}, {"rho", "n_hidden"}), ({"shape": "identity"}, {"rho", "n_hidden"}),
    ({"eigenvalues": "0.5,0.9"}, {"alpha", "n_hidden"})])
def test_only_the_sliders_that_act_are_shown(query, shown):
    assert sliders_of_the_experiment(opened(matrix="yours", **query)) == shown


def test_a_list_of_eigenvalues_that_is_too_long_gives_one_line():
    page = opened(matrix="yours", n_hidden="2")
    put(page, "eigenvalues", "0.5, 0.6, 0.7")
    (line,) = warnings(page)
    assert line.startswith("eigenvalues must be at most n_hidden = 2 values")


def test_a_radius_that_float64_cannot_hold_is_pointed_out():
    page = opened(matrix="yours", n_hidden="32", rho="0.95", angle="0", alpha="3")
    assert "eigenvalues with ρ = 0.95; the matrix that float64 holds has 1.09" in cells(page)["held"]["html"]
    assert "held" not in cells(opened(matrix="yours"))


@pytest.mark.parametrize("n", ["2", "33", "64"])
def test_a_matrix_of_any_size_is_shown(n):
    page = opened(matrix="yours", n_hidden=n, alpha="1")
    assert drawn_on(page) == ["normal_powers", "powers", "unit_circle" if n == "2" else "by_alpha", *PLANES]


def test_a_hostile_link_gives_a_line_for_each_bad_value():
    page = opened(matrix="<script>", powers="1e999", reach="nan", level="two", alpha="9", nonsense="1")
    lines = warnings(page)
    assert len(lines) == 6
    assert own(page) == {"matrix": "half_four", "powers": 12, "reach": 1.5, "level": -4, **OWN_ENTRIES}


def test_the_link_says_what_differs_from_the_defaults():
    page = opened(matrix="yours", powers="30", alpha="2")
    assert page.code[0].value.split("?")[1] == "alpha=2.0&matrix=yours&powers=30"
    assert page.code[1].value == "python -m core spectrum --alpha=2.0 --matrix"


def test_the_entries_are_there_with_your_two_rows_only_and_so_in_the_link():
    page = opened(w12="2")
    assert not {row.get("name") for row in rows(page)} & set(ENTRIES)
    assert "w12" not in page.code[0].value
    put(page, "matrix", TWO)
    assert [row.get("name") for row in rows(page) if row.get("name") in ENTRIES] == list(ENTRIES)
    put(page, "w21", 1.3)
    assert page.code[0].value.split("?")[1] == "matrix=two_by_two&w12=2.0&w21=1.3"
    drawn = sent(page)["unit_circle"]["data"]
    np.testing.assert_allclose([drawn[-1]["x"], drawn[-2]["y"]], [[0.0, 2.0], [0.0, 1.3]])
    put(page, "w21", 5.5)
    (line,) = refusals(page)
    assert line.startswith("w21 must be a number from -5 to 5, got 5.5. It stays 1.3")
    checked(page.button(key="example_two_by_two").click().run())
    assert (own(page)["w12"], own(page)["w21"], own(page)["powers"]) == (2.0, 1.3, 60)


@pytest.mark.parametrize("entries", [(0.0, 0.0, 0.0, 0.0), (0.0, 5.0, 0.0, 0.0), (1.0, 1.0, -1.0, -1.0),
                                     (0.0, -1.0, 1.0, 0.0), (-5.0, 5.0, 5.0, -5.0), (0.9, 0.0, 0.0, 0.9)])
def test_every_matrix_of_two_rows_is_shown(entries):
    page = opened(matrix=TWO, **{name: repr(value) for name, value in zip(ENTRIES, entries, strict=True)})
    assert drawn_on(page) == charts(TWO)
    assert warnings(page) == []


@pytest.mark.parametrize(("name", "recurrence"), [("nine_five", Recurrence()), ("thirty_two", Recurrence()),
                                                  ("two_by_two", Recurrence()),
                                                  ("yours", Recurrence(alpha=1.5, seed=3, n_hidden=5))])
def test_the_script_that_is_shared_prints_the_powers_of_the_page(name, recurrence):
    spec, experiment = Matrix(matrix=name, powers=20, w11=-0.3, w21=1.25), Experiment(recurrence)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(powers_script(spec, experiment), {})
    printed = np.loadtxt(io.StringIO(out.getvalue()))
    expected = matrix_powers(matrix_of(spec, experiment), 20)
    assert np.array_equal(printed[:, 0], expected.k)
    assert np.array_equal(printed[:, 1], expected.log10_norm)


def test_the_table_has_every_power_of_both_matrices():
    W = matrix_of(Matrix(), Experiment())
    powers, normal = matrix_powers(W, 12), matrix_powers(normal_partner(spectrum_of(W).eigenvalues), 12)
    rows = matrix_powers_csv(powers, normal).splitlines()
    assert rows[0] == "k,log10_norm,log10_rho,log10_sigma_max,log10_norm_normal"
    table = np.loadtxt(io.StringIO("\n".join(rows[1:])), delimiter=",")
    expected = np.stack([powers.k, powers.log10_norm, powers.log10_rho, powers.log10_sigma, normal.log10_norm], axis=1)
    assert np.array_equal(table, expected)


def test_no_word_brings_dollars_of_its_own_which_would_be_shown_beside_those_of_as_markdown():
    words = [*(example.look for example in EXAMPLES.values()), *(p.help for p in Matrix.parameters().values())]
    assert not [text for text in words if "$" in text]
    assert as_markdown(EXAMPLES["yours"].look).startswith("The initial $W_{hh}$ of your experiment")
