"""What a click on the derivation's pictures chooses, and what of the equations is told to the browser."""

from types import SimpleNamespace

from core.topics.derivation.steps import STEPS
from core.topics.derivation.symbols import SYMBOLS
from pages._parts.derivation import equations
from pages._parts.derivation.pictures import DRAWN, HALF, HEIGHT, SAME_CHART, _captions, _entries, _picking
from pages._parts.derivation.text import MOST_GUESSED, _said
from tests.helpers.derivation_subjects import subject


class Taken(dict):
    def take(self, name, value):
        self[name] = value


def test_a_click_on_the_map_takes_the_row_as_t_and_the_column_as_k_and_one_on_a_letter_takes_t():
    took = {}
    for kind in DRAWN:
        pick = _picking(kind, taken := Taken())
        if pick is not None:
            pick({"x": 2.2, "y": 4.9})
            took[kind] = dict(taken)
    assert took == {"forward": {"t": 2}, "backward": {"t": 2}, "terms": {"t": 5, "k": 2}, "truncated": {"t": 5, "k": 2}}


def test_the_charts_that_are_one_chart_keep_their_zoom():
    assert SAME_CHART == {"forward": "word", "backward": "word", "truncated": "terms"}
    assert (HEIGHT, HALF, MOST_GUESSED) == (380, 300, 100_000)


def test_what_stands_below_each_picture():
    s, two = subject(layers=1), subject(layers=2)
    measured = "Your network before training, on the first sequence of its task, T = 50."
    assert {kind: _captions((kind,), s) for kind in DRAWN} == {
        "one": [], "plane": [], "powers": [], "factors": [], "clip": [],
        "measured": [measured], "flow": [measured], "leak": [measured],
        "forward": ["Click a letter's column to choose it; the ring is there."],
        "backward": ["Click a letter's column to follow its loss."],
        "terms": ["Click a cell to choose its pair. Lilac is exactly 0: $h_0 = 0$."],
        "truncated": ["Click a cell to choose its pair. Lilac is exactly 0: $h_0 = 0$."],
        "activation": ["γ of each: linear 1, tanh 1, sigmoid 0.25, ReLU 1, leaky ReLU 1, ELU 1, softplus 1, "
                       "GELU 1.129."]}
    assert _captions(("measured",), two) == [measured[:-1] + ", as a network of one layer."]


def test_a_number_of_each_letter_is_drawn_for_all_letters_and_a_constant_once():
    s = subject(word="no", t=1)
    drawn = {name: _entries(SYMBOLS[name], s) for name in ("L_t", "L", "t", "h_t")}
    assert {name: fig.look["title"]["text"] for name, fig in drawn.items()} == {
        "L_t": "<b>L<sub>t</sub> at each letter</b>", "L": "<b>Entries of L</b>", "t": "<b>Entries of t</b>",
        "h_t": "<b>Entries of h<sub>t</sub></b>"}
    assert drawn["L_t"].traces[0]["customdata"].tolist() == [list(s.word.L_t)]


def test_the_size_below_a_product_that_is_shown_in_part_is_no_length():
    """Shown is phi'(a), a vector; the number is the norm of phi'(a) times x."""
    s = subject(t=4, k=3)
    assert _said("dhk_dW", s).split(", of ")[1].startswith("norm ")
    assert _said("h_t", s).split(", of ")[1].startswith("length ")
    assert _said("phi", s) == "It is a vector of 16"
    assert _said("k", s) == "It is 3"


def test_a_symbol_that_is_clicked_is_chosen_and_what_is_none_is_not(monkeypatch):
    made, drawn, taken = [], [], []
    monkeypatch.setattr(equations, "_component", lambda: lambda **given: made.append(given))
    monkeypatch.setattr(equations, "st", SimpleNamespace(latex=drawn.append, session_state={}))
    equations.show_equations(["@h_t@", "@k@"], {"h_t": "0.5"}, {"h_t": "the state", "k": "a step"}, "k", taken.append)
    (given,) = made
    assert drawn == [equations.coloured_tex("@h_t@", {"h_t": "0.5"}), equations.coloured_tex("@k@", {})]
    assert given["data"] == {"chosen": "k", "colours": {
        equations._computed("h_t"): {"name": "h_t", "title": "h t: the state"},
        equations._computed("k"): {"name": "k", "title": "k: a step"}}}
    for clicked in ("h_t", None, "nothing", 3, ["h_t"], "k"):
        equations.st.session_state[given["key"]] = {"chosen": clicked}
        given["on_chosen_change"]()
    assert (given["key"], taken) == ("symbols", ["h_t", "k"])


def test_a_number_stands_below_a_symbol_the_first_time_alone():
    tex = equations.coloured_tex(r"@h_t@ = @phi@(@h_t@)", {"h_t": "0.5"})
    one, other = (equations._colour(name) for name in ("h_t", "phi"))
    assert tex == (rf"\textcolor{{{one}}}{{\underset{{0.5}}{{h_t}}}} = \textcolor{{{other}}}{{\varphi}}"
                   rf"(\textcolor{{{one}}}{{h_t}})")
    assert equations.names_in(["@a_t@ @h_t@", "@a_t@ @b_h@"]) == ["a_t", "h_t", "b_h"]


def test_what_is_shown_before_a_step_is_revealed_and_what_is_asked_on_each():
    assert {step.name: (step.pictures, step.guess, step.before, step.corrections, step.asks) for step in STEPS
            if step.guess or len(step.asks) != 1} == {
        "terms": (("terms",), "", "backward", (7,), ("t", "k")),
        "product": (("measured",), "way", "backward", (4,), ("t", "k")),
        "eigen": (("powers", "plane"), "steps", "plane", (), ("t", "k")),
        "verdict": (("flow",), "bound", "backward", (3,), ("t", "k")),
        "clip": (("clip",), "", "backward", (1, 8, 9, 11), ()),
        "truncate": (("truncated",), "", "backward", (5,), ("t", "k", "k2")),
        "vanishing": (("leak",), "", "backward", (6, 10, 12), ("t", "leak"))}
