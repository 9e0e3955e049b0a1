"""Every chart and every sentence of the page on singular values as a whole, for matrices that between them reach each
branch, over planes of nine points. The numbers themselves are computed once more in test_normality.py."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from core.network.spectrum import spectrum_of
from core.plotting.drawing import Drawing
from core.topics.singular_values.by_alpha import ByAlpha
from core.topics.singular_values.example_matrices import ENTRIES, EXAMPLES, Matrix, matrix_of
from core.topics.singular_values.figures.by_alpha import by_alpha_figure
from core.topics.singular_values.figures.matrix_powers import matrix_powers_figure, room_for
from core.topics.singular_values.figures.pseudospectrum import pseudospectrum_figure
from core.topics.singular_values.figures.unit_circle import unit_circle_figure
from core.topics.singular_values.matrix_powers import count_exceeded, matrix_powers, normal_partner
from core.topics.singular_values.pseudospectrum import Pseudospectrum
from core.topics.singular_values.two_by_two import two_by_two
from core.topics.singular_values.verdict import bounds_claim, count_claim, matrix_powers_verdict, plane_claims
from core.training.experiment import Experiment
from pages._kit.controls import presets
from pages._live.kept import Kept
from pages._parts.singular_values import around as normality
from pages._parts.singular_values import picture
from pages._parts.singular_values import words as normality_words
from tests.helpers.looks import kept, look

NINE = np.array([[-0.5, -1.25, -0.5], [-0.25, -np.inf, -2.5], [-0.5, -1.0, -0.75]])
PLANE = Pseudospectrum(np.array([-1.5, 0.0, 1.5]), NINE, 2.125, 0.0616, True)
FAR = Pseudospectrum(PLANE.x, NINE + 3.0, 30000.0, 2.5e-7, True)
ON_IT = Pseudospectrum(PLANE.x, NINE, 1.0, 1e-15, False)
MATRICES = {
    "half and four": np.array([[0.5, 4.0], [0.0, 0.5]]), "nine and five": np.array([[0.9, 5.0], [0.0, 0.9]]),
    "normal and growing": np.diag([2.0, 0.1]), "normal and shrinking": np.diag([0.25, -0.5]),
    "keeps its size": np.array([[0.0, -1.0], [1.0, 0.0]]), "not normal, as its eigenvalues": np.array(
        [[1.0, 0.0, 0.0], [0.0, 0.1, 0.5], [0.0, 0.0, 0.1]]),
    "shrinks later": np.array([[0.5, 0.4], [0.0, 0.5]]), "grows more": np.array([[1.25, 2.0], [0.0, -0.5]]),
    "nilpotent": np.array([[0.0, 3.0], [0.0, 0.0]]), "zero": np.zeros((2, 2)),
    "on the circle": np.array([[1.0, 1.0], [0.0, 0.5]]), "one number": np.array([[0.00001]]),
    "far up": np.array([[0.5, 4e9], [0.0, 0.5]]), "a large radius": np.array([[12345.678, 5000.0], [0.0, 1.0]]),
    "less than 1 % more": np.array([[1.5, 0.1], [0.0, 0.5]]), "some 2 % more": np.array(
        [[1.5, 0.24], [0.0, 0.5]]),
}


def powers(name, most=6):
    return matrix_powers(MATRICES[name], most)


def drawn(name, most=6):
    found = powers(name, most)
    room = room_for(found, matrix_powers(normal_partner(spectrum_of(MATRICES[name]).eigenvalues), most))
    return lambda: matrix_powers_figure(found, name.capitalize(), room)


def claims(*found):
    def short(value):
        return f"{round(value, 12) + 0.0:.6g}" if isinstance(value, float) else value

    return [f"{c.name}: {c.text} ({', '.join(f'{name} {short(value)}' for name, value in c.numbers.items())})"
            for c in found]


def said(name, most):
    def told():
        found = powers(name, most)
        verdict = matrix_powers_verdict(found)
        return [f"{verdict.kind}, {verdict.headline}",
                *claims(*verdict.claims, bounds_claim(found), count_claim(count_exceeded(found)))]
    return told


def of_plane(found, name, level=-4, own=True):
    eigenvalues = np.linalg.eigvals(MATRICES[name])
    return lambda: pseudospectrum_figure(found, eigenvalues, level, f"Pseudospectra, {name}", own=own)


def lines(text):
    return text.split("\n")


def below(name, found, most=6):
    """What stands below the charts."""
    return lambda: [*lines(normality_words._bound(MATRICES[name], powers(name, most))),
                    *lines(normality_words._plane(powers(name, most), found))]


CASES = {f"powers, {name}": drawn(name) for name in MATRICES}
CASES |= {"powers, one": drawn("half and four", 1), "powers, the top at 2": drawn("nine and five", 2),
          "powers, the top at 3": drawn("nine and five", 3)}
CASES |= {
    "plane": of_plane(PLANE, "half and four"), "plane, deep": of_plane(PLANE, "nine and five", -7),
    "plane, to the sixth": of_plane(PLANE, "nine and five", -6), "plane, far": of_plane(FAR, "normal and growing", -1),
    "plane, on the circle": of_plane(ON_IT, "keeps its size"), "plane, of one": of_plane(PLANE, "one number"),
    "plane, not there yet": of_plane(None, "half and four"),
    "plane, of the matrix before": of_plane(PLANE, "half and four", own=False),
}
CASES |= {f"unit circle, {name}": lambda name=name: unit_circle_figure(two_by_two(MATRICES[name]))
          for name in ("half and four", "normal and growing", "keeps its size", "grows more", "zero")}
CASES |= {f"by alpha, {alpha}": lambda alpha=alpha: by_alpha_figure(
    ByAlpha(np.array([0.0, 1.5, 3.0]), np.array([0.95, 1.7, 2.625])), alpha, 0.95, 0.95 + alpha * 0.5)
          for alpha in (0.0, 1.25, 3.0)}
CASES |= {f"said of the powers, {name}, to {most}": said(name, most) for name, most in [
    *((name, 6) for name in MATRICES), ("half and four", 1), ("half and four", 5), ("half and four", 7),
    ("nine and five", 60)]}
CASES |= {f"said of the plane, {name}": lambda found=found: claims(*plane_claims(found))
          for name, found in (("moved", PLANE), ("far", FAR), ("on the circle", ON_IT))}
CASES |= {f"below, {name}": below(name, found, most) for name, found, most in (
    ("half and four", PLANE, 6), ("nine and five", FAR, 2), ("normal and growing", PLANE, 6),
    ("keeps its size", ON_IT, 40), ("one number", PLANE, 6), ("on the circle", PLANE, 6), ("zero", PLANE, 3))}
CASES |= {"examples": lambda: [f"{e.name} | {e.title} | {e.look} | {e.values}" for e in EXAMPLES.values()]}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_of_it(name):
    found = CASES[name]()
    assert (look(found) if isinstance(found, Drawing) else found) == kept("singular_values")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("singular_values")) == list(CASES)


class Column:
    """Takes what the page shows, with where it stands."""

    def __init__(self, shown, name):
        self.shown, self.name = shown, name

    def markdown(self, text):
        self.shown.append((self.name, text))

    def __enter__(self):
        self.shown.append(self.name)

    def __exit__(self, *_):
        pass


@pytest.fixture
def shown(monkeypatch):
    """What is shown through Streamlit and as charts, in order."""
    found = []
    screen = SimpleNamespace(
        columns=lambda n: [Column(found, f"column {i}") for i in range(n)], container=nullcontext,
        caption=lambda text: found.append(("caption", text)), markdown=lambda text: found.append(("markdown", text)),
        code=lambda text, language, wrap_lines: found.append(("code", language, wrap_lines, text)))
    for module in (normality, normality_words):
        monkeypatch.setattr(module, "st", screen)
    monkeypatch.setattr(normality, "download_numbers",
                        lambda label, content, file: found.append((label, file, content())))
    monkeypatch.setattr(normality, "code", lambda command: found.append(("command", command)))
    monkeypatch.setattr(normality, "menu", lambda own, content, experiment: (found.append(("menu", experiment)),
                                                                            content()))
    return found


def found_of(W, most):
    powers, normal = (matrix_powers(one, most) for one in (W, normal_partner(spectrum_of(W).eigenvalues)))
    return picture.Found(W, powers, normal, powers.spectrum.rho)


def test_the_two_charts_of_the_powers_share_their_room():
    found = found_of(MATRICES["half and four"], 6)
    (left, normal), (right, this) = (item for part in picture._charts_of_powers(found) for item in part.items())
    room = room_for(found.powers, found.normal)
    assert (left, look(normal)) == ("normal_powers", look(matrix_powers_figure(
        found.normal, "Normal, the same eigenvalues", room)))
    assert (right, look(this)) == ("powers", look(matrix_powers_figure(found.powers, "This matrix", room)))


def test_the_charts_of_the_powers_stand_over_their_counts(shown):
    on_page = SimpleNamespace(show=lambda part, **look: shown.append((part, look)))
    normality.side_by_side(on_page, found_of(MATRICES["half and four"], 6))
    assert shown == [
        "column 0", ("left", {"height": 280}),
        ("markdown", r"$\|W^{t-j}\| > \rho^{t-j}$ in **0** of 21 pairs, $> \sigma_{\max}^{t-j}$ in **0**. All three "
         "lines coincide."),
        "column 1", ("right", {"height": 280}),
        ("markdown", r"$\|W^{t-j}\| > \rho^{t-j}$ in **21** of 21 pairs (up to $48$ times), $> \sigma_{\max}^{t-j}$ in "
         "**0**.")]


@pytest.mark.parametrize(("n", "work", "caption"), [
    (2, {"answer": PLANE, "result": PLANE, "done": True, "error": None, "share": 1.0},
     "σ<sub>min</sub>(zI − W) on 161 × 161 points. Lines: a factor of 10 each."),
    (33, {"answer": None, "result": FAR, "done": False, "error": None, "share": 0.256},
     "σ<sub>min</sub>(zI − W) on 159 × 159 points, fewer than for a small matrix since each is a singular value "
     "decomposition of 33 rows. Lines: a factor of 10 each. 26% done."),
    (128, {"answer": None, "result": None, "done": True, "error": ValueError("It has no end."), "share": 0.5},
     "σ<sub>min</sub>(zI − W) on 81 × 81 points, fewer than for a small matrix since each is a singular value "
     "decomposition of 128 rows. Lines: a factor of 10 each. It has no end.")])
def test_the_two_planes_and_how_far_their_picture_is(monkeypatch, n, work, caption):
    found = found_of(np.diag(np.linspace(0.1, 0.9, n)), 3)
    work = SimpleNamespace(**work)
    monkeypatch.setattr(picture, "normal_pseudospectrum", lambda eigenvalues, half_width: (
        ON_IT if half_width == 3.0 and len(eigenvalues) == n else None))
    plane = picture._plane(Matrix(level=-5, reach=3.0), Experiment(), found, work, Kept())
    assert list(plane) == ["normal_plane", "plane", "points"]
    eigenvalues = found.powers.spectrum.eigenvalues
    assert look(plane["normal_plane"]) == look(pseudospectrum_figure(ON_IT, eigenvalues, -5, "Pseudospectra, normal"))
    assert look(plane["plane"]) == look(pseudospectrum_figure(
        work.result, eigenvalues, -5, "Pseudospectra, this matrix", own=work.answer is not None))
    assert (plane["points"].html, plane["points"].span) == (f'<p class="small">{caption}</p>', 2)


def test_what_is_below_stands_on_its_side_and_waits_for_the_pseudospectra(shown):
    W, found = MATRICES["half and four"], powers("half and four")
    what_it_is = ("## What the pseudospectra add\n" r"$\sigma_{\min}(zI - W) \le \varepsilon$ marks every $z$ that "
                  r"becomes an eigenvalue when $W$ changes by $\varepsilon$. For a normal matrix these are discs "
                  "around the eigenvalues, as large as the change.")
    normality_words.explain(W, found, None)
    normality_words.explain(W, found, PLANE)
    assert shown == [("column 0", normality_words._bound(W, found)), ("column 1", what_it_is),
                     ("column 0", normality_words._bound(W, found)),
                     ("column 1", f"{what_it_is}\n\n{normality_words._plane(found, PLANE)}")]


@pytest.mark.parametrize(("held", "words"), [
    (0.9, None), (0.9 * (1 + 5e-7), None), (0.95, "0.95"), (0.899998, "0.899998"), (20000.0, "20,000")])
def test_a_radius_that_rounding_moved_is_told(held, words):
    told = normality_words.what_float64_holds(held, powers("nine and five"))
    assert (told and told.html) == (words and (
        "<p class=\"note\">W is made from eigenvalues with ρ = 0.9; the matrix that float64 holds has "
        f"{words}. They are so sensitive that rounding the entries of W moves them this far: they lie in the "
        "pseudospectrum of ε = 10⁻¹⁶ ‖W‖. ρ and the eigenvalues here are those that W is made from; its powers are of "
        "the matrix that float64 holds.</p>"))


def test_a_large_radius_is_compared_by_its_share():
    found = powers("a large radius")
    assert normality_words.what_float64_holds(12345.678 + 0.005, found) is None
    assert normality_words.what_float64_holds(12345.678 + 0.02, found) is not None


SCRIPT = """from core import Experiment, Matrix, matrix_of, matrix_powers

W = matrix_of(Matrix(matrix='{matrix}'), {made})
powers = matrix_powers(W, 3)
for k, log10_norm in zip(powers.k, powers.log10_norm):
    print(k, log10_norm)
"""


@pytest.mark.parametrize(("matrix", "command", "made"), [
    ("half_four", [], "Experiment()"),
    ("yours", [("command", "python -m core spectrum --n_hidden=3 --alpha=0.5 --seed=7 --matrix")],
     "Experiment.from_values({'n_hidden': 3, 'alpha': 0.5, 'seed': 7})")])
def test_what_can_be_taken_home(shown, matrix, command, made):
    spec = Matrix(matrix=matrix, powers=3)
    experiment = Experiment.from_values({"n_hidden": 3, "alpha": 0.5, "seed": 7, "clip_norm": True})
    found = found_of(matrix_of(spec, experiment), 3)
    normality.take_home(None, spec, experiment, found)
    opened, (label, file, table), *rest = shown
    assert (opened, label, file) == (("menu", True), "Powers (CSV)", "matrix_powers.csv")
    assert table == normality.matrix_powers_csv(found.powers, found.normal)
    assert rest == [*command, ("markdown", "**Python**"),
                    ("code", "python", True, SCRIPT.format(matrix=matrix, made=made))]


def test_a_picture_is_of_its_matrix_and_its_width(monkeypatch):
    """The question under which it is kept has both, so that no other answer is shown for it."""
    asked, work = [], SimpleNamespace()
    jobs = SimpleNamespace(job=lambda *question: (asked.append(question), work)[1])
    monkeypatch.setattr(picture, "pseudospectrum", lambda W, half_width: [(W.tolist(), half_width)])
    W, other, large = (MATRICES[name] for name in ("half and four", "nine and five", "normal and growing"))
    for one, reach in ((W, 1.5), (other, 1.5), (W, 2.0), (large, 1.5)):
        assert picture.search(Matrix(reach=reach), found_of(one, 3), jobs) is work
    assert {name for name, _, _ in asked} == {"pseudospectrum"}
    assert len({question for _, question, _ in asked}) == 4
    assert [begin() for _, _, begin in asked] == [
        [(W.tolist(), 1.5)], [(other.tolist(), 1.5)], [(W.tolist(), 2.0)], [(large.tolist(), 3.0)]]


def test_what_is_said_of_the_pseudospectra_is_waited_for_a_moment():
    waited = []
    assert normality.at_once(SimpleNamespace(wait=waited.append, answer=PLANE)) is PLANE
    assert waited == [normality.AT_ONCE] == [0.06]


def test_the_examples_are_buttons_in_a_row_and_the_one_that_is_shown_looks_so(monkeypatch):
    rows, buttons, styles, loaded = [], [], [], []
    monkeypatch.setattr(presets, "st", SimpleNamespace(
        container=lambda **look: (rows.append(look), nullcontext())[1], html=styles.append,
        button=lambda label, **more: buttons.append((label, more))))
    entries = dict.fromkeys(ENTRIES, 0.25)
    normality.examples(SimpleNamespace(values={"matrix": "nine_five"} | entries, load=loaded.append))
    assert rows == [{"horizontal": True, "gap": "small"}]
    assert [label for label, _ in buttons] == [
        r"\[\[0.5, 4\], \[0, 0.5\]\]", r"\[\[0.9, 5\], \[0, 0.9\]\]", "diag(2, 0.1)", "32 units, ρ 0.95, α 3",
        "Your 2×2", "Yours"]
    (style,) = styles
    assert ".st-key-example_nine_five button" in style
    for (_, more), example in zip(buttons, EXAMPLES.values(), strict=True):
        assert more.pop("help").startswith(example.look[:11])
        more.pop("on_click")(*more.pop("args"))
        assert (more, loaded.pop()) == ({"key": f"example_{example.name}"}, example.values | entries)
