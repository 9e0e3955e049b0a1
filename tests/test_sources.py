"""What is cited: a text that was read, or one that a text that was read names; and only the parts that were read."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from core import sources
from core.network.activations import ACTIVATIONS
from core.network.cells.gru import GRU
from core.network.cells.leaky import Leaky
from core.remedies.base import remedies
from core.remedies.hessian_free.gauss_newton import GaussNewton
from core.remedies.leaky import leaks
from core.sources import Source
from core.tasks.base import tasks
from core.topics.derivation.corrections.base import corrections
from core.training.experiment import Experiment
from core.training.trainer import Trainer

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "README.md", *sorted((ROOT / "core").rglob("*.py")), *sorted((ROOT / "pages").rglob("*.py"))]
NAME = r"[A-Z][\w’-]+"
CITED = re.compile(rf"({NAME}(?:, {NAME})*(?: (?:&|and) {NAME})?(?: et al\.)?),? \(?((?:18|19|20)\d\d)\b")
NO_AUTHORS = {"ICML", "ICLR", "FAR, FAR"}  # a conference, a constant
READ = {name: value for name, value in vars(sources).items() if isinstance(value, Source)}
# read as well, where they are cited; or cited as the first by a text that was read, or where more is to be found
ALSO = {
    "Elman 1990", "Gers, Schmidhuber & Cummins 2000", "Gers et al. 2000", "Pascanu et al. 2013",
    "GRU, Jozefowicz et al. 2015",
    "Arjovsky, Shah & Bengio 2016", "Bengio et al. 1994", "Doya 1993", "Guo et al. 2017", "Henaff, Szlam & LeCun 2016",
    "Jaeger, Lukoševičius, Popovici & Siewert 2007", "Martens 2010", "Mezzadri 2007", "Pearlmutter 1994",
    "Schraudolph 2002", "Williams & Peng 1990",
    "Benettin et al. 1980", "Demmel & Veselic 1992", "Trefethen & Embree 2005",
}
# what of a text was read in its own words: sections, and by one letter equations, figures, algorithms, theorems, lemmas
PARTS = {
    "Pascanu": {"1.1", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1.1", "e3-5", "e5-7", "e9", "f3", "f6", "f7", "a1"},
    "Goodfellow": {"10", "10.2.1", "10.7", "10.8", "10.9.2", "10.11.1"},
    "Sutskever": {"2.8.6"},
    "Gers": {"3"},
    "Hochreiter": {"x3a", "x4", "x6a"},
    "Golub": {"6.5", "7.1", "7.3", "7.4", "8.6.4", "11.3"},
    "Higham": {"2.1", "3.5", "3.7", "e2.4", "e3.13", "t20.7", "l3.1"},
}


def texts():
    """Name of a file -> its words in one line, the parts of a string put together."""
    for file in FILES:
        words = re.sub(r'"\s*\n\s*f?r?"', "", file.read_text())
        yield str(file.relative_to(ROOT)), re.sub(r"\s*\n\s*", " ", words)


def cited():
    found = {(f"{m[1]} {m[2]}", file) for file, words in texts() for m in CITED.finditer(words)}
    return {(name, file) for name, file in found if name.rsplit(" ", 1)[0] not in NO_AUTHORS}


def test_everything_that_is_cited_was_read_or_is_named_by_what_was_read():
    known = {source.short for source in READ.values()} | ALSO
    assert {(name, file) for name, file in cited() if name not in known} == set()
    assert {name for name, _ in cited()} >= ALSO  # and the list holds no more


def test_every_source_is_taken_from_somewhere():
    used = {thing.source for things in (remedies(), tasks(), corrections()) for thing in things.values()}
    assert used - {None} == set(READ.values())


def test_a_source_is_written_with_its_title_and_place():
    assert str(sources.PASCANU_2013) == (
        "Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks, ICML 2013")


def test_no_two_sources_are_one():
    for field in ("short", "title"):
        assert len({getattr(source, field) for source in READ.values()}) == len(READ)


PART = re.compile(
    r"(section|sections|eqs?\.|equation|figures?|algorithm|theorem|lemma|experiment|task) "
    r"(\d[\w.]*(?:-\d+)?)((?: and \d[\w.]*)*)", re.I)
KIND = {"eq": "e", "fi": "f", "al": "a", "th": "t", "le": "l", "ex": "x", "ta": "x", "se": ""}


@pytest.mark.parametrize("author", PARTS)
def test_only_parts_that_were_read_are_cited(author):
    """From the author's name to the next name, or 200 letters on."""
    others = "|".join(a for a in [*PARTS, "Tallec", "Vorontsov", "Williams"] if a != author)
    found = set()
    for _, words in texts():
        for match in re.finditer(rf"{author}\b.{{0,200}}", words):
            near = re.split(others, match[0])[0].split('"""')[0]
            if author in ("Goodfellow", "Golub"):
                found |= set(re.findall(r"(?<![\w.])\d+\.\d+(?:\.\d+)?(?!\w)", near))
            for kind, part, more in PART.findall(near):
                found |= {KIND[kind[:2].lower()] + p.rstrip(".") for p in [part, *re.findall(r"\d[\w.]*", more)]}
    assert found <= PARTS[author]
    assert found


def test_the_readme_tells_how_many_have_no_source():
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert "One remedy, two tasks and some activations have none" in readme
    assert [r.name for r in remedies().values() if r.source is None] == ["clip_jacobian"]
    assert sorted(t.name for t in tasks().values() if t.source is None) == ["generator", "sine"]
    assert {a.name for a in ACTIVATIONS.values() if a.source} == {"elu", "gelu"}


@pytest.mark.parametrize(("name", "arxiv"), [("ELU", "1511.07289"), ("GELU", "1606.08415")])
def test_torch_names_the_paper_of_an_activation(name, arxiv):
    said = torch.nn.ELU.__doc__ if name == "ELU" else torch.nn.functional.gelu.__doc__
    assert arxiv in said
    assert ACTIVATIONS[name.lower()].source == f"PyTorch 2, torch.nn.{name}, after arXiv {arxiv}"


# -- what is taken is what is done ------------------------------------------------------------------------------


def test_leaky_units_are_those_that_are_printed_with_alpha_for_1_minus_l():
    """x_k = alpha x_{k-1} + (1 - alpha) sigma(W_rec x_{k-1} + W_in u_k + b)."""
    assert "with α for 1 − l" in remedies()["leaky"].taken
    rng = np.random.default_rng(0)
    leak, V = rng.uniform(0.1, 0.9, 4), rng.normal(size=(4, 4 + 2 + 1))
    cell = Leaky(4, 2, ACTIVATIONS["tanh"], leak)
    tape = cell.tape(3, 5, np.float64)
    u = rng.normal(size=(3, 2, 5))
    tape.load(u)
    cell.forward(V, tape, 0, 3)
    x, alpha = np.zeros((4, 5)), (1 - leak)[:, None]
    for k in range(3):
        x = alpha * x + (1 - alpha) * np.tanh(V[:, :4] @ x + V[:, 4:6] @ u[k] + V[:, 6:])
        np.testing.assert_allclose(tape.h[k], x, rtol=1e-12)


def test_leaks_are_drawn_once_one_for_each_unit():
    assert "drawn once, one for each unit" in remedies()["leaky"].taken
    spec = Experiment.from_values({"leaky": True, "leaky_slowest": 0.01, "leaky_fastest": 0.5}).active("leaky")
    one = leaks(spec, 40, 3)
    assert len(set(one)) == 40
    np.testing.assert_array_equal(one, leaks(spec, 40, 3))


def test_the_reset_gate_acts_after_the_product_and_the_paper_s_before_it():
    """Candidate tanh(W x + U (r * h)) in the paper, tanh(W x + r * (U h)) here; h = z h + (1 - z) candidate in both."""
    assert "to h before the product with W_hn; here it acts after it" in remedies()["gru"].taken
    made = Trainer(Experiment.from_values({"task": "sine", "n_hidden": 4, "seq_len": 3, "batch": 2, "gru": True,
                                           "input_scale": 1.0}))
    made.measure()
    assert isinstance(made.network.cell, GRU)
    V, tape = made.network.V, made.course.tape
    q, p, r, z = (V[i * 4:(i + 1) * 4] for i in range(4))

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    column, h, x = tape.Z[1], tape.Z[1, :4], tape.Z[1, 4:]  # [h_1; x_2; 1]
    reset, update = sigmoid(r @ column), sigmoid(z @ column)
    after = np.tanh(p @ column + reset * (q @ column))
    before = np.tanh(p @ column + q[:, :4] @ (reset * h) + q[:, 4:] @ x)
    np.testing.assert_allclose(tape.h[1], update * h + (1 - update) * after, rtol=1e-12)
    assert np.abs(tape.h[1] - update * h - (1 - update) * before).max() > 1e-4


def test_omega_is_a_mean_over_steps_and_sequences_of_what_equation_9_sums():
    assert "equation 9, as a mean over steps and sequences" in remedies()["omega"].taken
    values = {"n_hidden": 5, "seq_len": 6, "batch": 3, "shape": "gaussian", "rho": 0.8}
    plain, other = (Trainer(Experiment.from_values({**values, **on})) for on in
                    ({}, {"omega": True, "omega_weight": 1.0}))
    added = (other.gradient()[0] - plain.gradient()[0])[:plain.network.V.size].reshape(plain.network.V.shape)[:, :5]
    tape, W = plain.course.tape, plain.network.V[:, :5].copy()
    plain.gradient()
    g, slopes = np.array(tape.G), np.array(tape.P)

    def omega(W):
        r = [np.linalg.norm(W.T @ (g[t] * slopes[t]), axis=0) / np.linalg.norm(g[t], axis=0) for t in range(1, 6)]
        return np.mean((np.array(r) - 1.0) ** 2)

    found = np.zeros_like(W)
    for at in np.ndindex(W.shape):
        move = np.zeros_like(W)
        move[at] = 1e-6
        found[at] = (omega(W + move) - omega(W - move)) / 2e-6
    np.testing.assert_allclose(added, found, rtol=1e-5, atol=1e-9)


def test_structural_damping_weighs_the_squared_move_of_the_states_by_lambda_mu():
    assert "with the weight λμ" in remedies()["hessian_free"].taken
    made = Trainer(Experiment.from_values({"n_hidden": 4, "seq_len": 5, "batch": 2, "hessian_free": True}))
    made.measure()
    chunk, _, judged = made._measured()
    problem = made.problem(chunk, judged)
    matrix, v = GaussNewton(), np.random.default_rng(1).normal(size=made.network.theta.shape)
    matrix.linearise(problem)
    plain, one, three = (v @ matrix.product(v, c) for c in (0.0, 1.0, 3.0))
    assert one > plain
    assert three - plain == pytest.approx(3 * (one - plain), rel=1e-9)
