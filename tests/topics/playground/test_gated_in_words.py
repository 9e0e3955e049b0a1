"""What is said of W_hh and of phi where the cell is a gated one: caption, chart, headless command, card, Share menu."""

import json

import numpy as np
import pytest

from core.command.main import main
from core.markup import as_html
from core.network.activations import ACTIVATIONS
from core.network.cells.in_words import gated, where_phi_acts, why_no_bound
from core.network.spectrum import spectrum_of
from core.plotting.eigenvalues import eigenvalue_plane
from core.remedies.base import remedies
from core.topics.playground.pytorch_code import pytorch_code
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.app_page import cells, opened
from tests.helpers.panels import rows

SMALL = ["--n_hidden", "4", "--seq_len", "10", "--batch", "4"]
ACTS = {"lstm": ("g_t", "h_t = o_t φ(c_t)"), "gru": ("N_t",)}


def test_the_gated_cells_are_those_whose_jacobians_have_no_bound():
    for name, remedy in remedies().items():
        if remedy.cell is None:
            assert gated([name]) is None
            continue
        trainer = Trainer(Experiment.from_values({name: True, "seq_len": 3}))
        trainer.measure()
        bound, rate = trainer.jacobians().per_step(1.0)
        assert (gated([name]) is not None) == np.isnan(bound) == np.isnan(rate)
    assert gated([]) is None
    assert gated(["clip_norm", "gru", "l2"]) == "gru"


@pytest.mark.parametrize("cell", ACTS)
def test_where_phi_acts_is_named_by_the_symbols_of_the_equation(cell):
    text = where_phi_acts(["clip_norm", cell])
    assert text.startswith(f"In the {cell.upper()} ")
    assert [symbol for acts in ACTS.values() for symbol in acts if symbol in text] == list(ACTS[cell])
    assert text.endswith(", as published tanh. W_hh is the candidate's.")


def test_nothing_is_said_where_a_cell_has_one_phi():
    assert where_phi_acts(["leaky", "clip_norm"]) == where_phi_acts([]) == ""


@pytest.mark.parametrize("candidate", [False, True])
def test_the_plane_says_whose_eigenvalues_it_shows(candidate):
    found = spectrum_of(np.diag([1.5, 0.5]))
    drawn, plain = eigenvalue_plane(found, candidate=candidate), eigenvalue_plane(found)
    whose = "the candidate's " if candidate else ""
    assert drawn.layout.title.text == f"<b>Eigenvalues λ of {whose}W<sub>hh</sub></b>"
    before = "Of the candidate's W_hh alone, one block of a gated cell. " if candidate else ""
    assert drawn.layout.meta["text"] == before + plain.layout.meta["text"]
    other = eigenvalue_plane(found, title="Eigenvalues of one factor")
    assert other.layout.title.text == "<b>Eigenvalues of one factor</b>"


@pytest.fixture(scope="module")
def pages():
    return {cell: opened(**{cell: "true", "activation": "gelu", "n_hidden": "4", "seq_len": "10"})
            for cell in ("lstm", "gru", "leaky")}


@pytest.mark.parametrize("cell", ["lstm", "gru", "leaky"])
def test_the_playground_says_whose_they_are_and_where_phi_acts(pages, cell):
    page = pages[cell]
    drawn = cells(page)["eigenvalues"]
    whole = json.dumps(drawn, ensure_ascii=False)
    assert ("the candidate's W" in whole) == (cell != "leaky")
    (below,) = [row["html"] for row in rows(page) if row["kind"] == "words" and "largest slope" in row["html"]]
    said = as_html(where_phi_acts([cell]))
    assert f"{ACTIVATIONS['gelu'].gamma:.4g}" in below
    assert below.endswith(f". {said}" if said else "1.129")


def test_the_share_menu_has_the_script(pages):
    for cell, page in pages.items():
        asked = Experiment.from_values({cell: True, "activation": "gelu", "n_hidden": 4, "seq_len": 10})
        assert [code.value for code in page.code if "import torch" in code.value] == [pytorch_code(asked).rstrip("\n")]


WHY = ("the gates of {cell} change with every input, and W_hh is its candidate's alone: (sigma_max gamma)^lag bounds "
       "nothing here, and rho^lag is no rate")


@pytest.mark.parametrize(("flags", "why"), [
    ([], None), (["--leaky"], None), (["--orthogonal_init"], None), (["--lstm"], WHY.format(cell="lstm")),
    (["--gru", "--activation", "relu"], WHY.format(cell="gru"))])
def test_a_bound_that_is_no_number_has_its_reason_beside_it(flags, why, capsys):
    assert main(["jacobian", *SMALL, *flags]) == 0
    out, err = capsys.readouterr()
    seen = json.loads(out)
    assert err == ""
    assert seen["no_bound"] == why
    for name in ("log10_bound", "log10_rho"):
        assert (seen[name] == ["nan"] * 10) == (why is not None)
    assert "nan" not in seen["log10_norm"]


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_reason_is_true_the_product_goes_beyond_such_a_bound(cell):
    """rho = 0: W_hh is 0, its bound 0, and the gates carry the gradient all the same."""
    values = {cell: True, f"{cell}_bias": 4.0, "rho": 0.0, "seq_len": 10}
    trainer = Trainer(Experiment.from_values(values))
    trainer.measure()
    assert not trainer.network.W_hh.any()
    assert np.linalg.norm(np.linalg.multi_dot(np.asarray(trainer.jacobians())), 2) > 0.5
    assert why_no_bound([cell]) is not None
    assert why_no_bound(["leaky"]) is None


def test_the_equations_of_the_cells_have_the_activation_in_them():
    assert r"h_t = o_t \odot \varphi(c_t)" in remedies()["lstm"].equation
    assert r"g_t = \varphi(" in remedies()["lstm"].equation
    assert r"N_t = \varphi(" in remedies()["gru"].equation
    assert not any("tanh" in remedies()[cell].equation for cell in ("lstm", "gru"))
