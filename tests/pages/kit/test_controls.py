"""Controls: what they are called, what they say where they have no effect, and what is folded away."""

import re

import pytest

from core.markup import as_html
from core.parameters import Choice, Number
from core.remedies.base import remedies
from core.tasks.base import tasks
from core.training.experiment import Experiment, flat_parameters
from pages._kit.controls.names import name_of, numbered, sign
from pages._kit.controls.summary import summary
from pages._kit.link.navigation import PAGES
from pages._kit.link.settings import Settings
from tests.helpers.app_page import checked, click, opened, run_of, unfolded, values, warnings
from tests.helpers.panels import panels, put, row, rows

OTHERS = ("selectbox", "radio", "number_input", "button")  # that are Streamlit's
WORDS = ("label", "heard", "help", "note", "html", "title", "line")


def on(page, **query):
    """A page with everything open."""
    seen = unfolded(60)
    for name, text in query.items():
        seen.query_params[name] = text
    if page != "playground":
        seen.switch_page(f"{page}.py")
    return checked(seen.run())


@pytest.mark.parametrize(("page", "query"), [
    *((page, {}) for page in PAGES), ("playground", {"n_hidden": "5", "eigenvalues": "0.5+0.5j,0.9"}),
    ("playground", dict.fromkeys(("clip_norm", "truncation", "omega", "l1", "l2", "clip_value", "clip_jacobian"),
                                 "true")),
    ("playground", {"leaky": "true"}), ("playground", {"echo_state": "true"}), ("playground", {"hessian_free": "true"}),
    ("derivation", {"step": "5"}),
], ids=str)
def test_no_control_says_anything_in_tex(page, query):
    seen = on(page, **query)
    labels = [one.label for kind in OTHERS for one in getattr(seen, kind)]
    assert [label for label in labels if re.search(r"\$|\\[a-zA-Z]", label)] == []
    said = [row[name] for row in rows(seen) for name in WORDS if row.get(name)]
    assert len(said) > 10
    assert [words for words in said if re.search(r"[$\\{}]|\*[^ ]|\^", words)] == []


@pytest.mark.parametrize(("tex", "short"), [
    ("T", "T"), (r"\rho(W_{hh})", "ρ"), ("k_1", "k₁"), ("x_0", "x₀"), (r"\lambda_2", "λ₂"), (r"\varphi", "φ"),
    (r"\ell", "ℓ"), ("b_h", ""), ("W_{hh}", ""), (r"l_{\min}", ""), (r"\min|\lambda| / \max|\lambda|", ""),
    (r"\mathrm{std}(W_{xh})", ""), (r"\alpha_\Omega", ""), (r"\lambda_1, \lambda_2, \dots", ""), ("", ""),
])
def test_a_symbol_of_one_letter_stands_beside_the_name_and_no_other(tex, short):
    assert sign(tex) == short


def test_the_names_of_the_five():
    names = {name: name_of(flat_parameters()[name])
             for name in ("rho", "activation", "seq_len", "clip_norm_threshold", "truncation_k2")}
    assert names == {"rho": "Spectral radius ρ", "activation": "Activation φ", "seq_len": "Sequence length T (steps)",
                     "clip_norm_threshold": "Clip threshold θ (gradient norm)",
                     "truncation_k2": "Steps back k₂"}
    assert numbered("Angle of", 12) == "Angle of λ₁₂"


def test_a_symbol_that_takes_more_than_a_letter_is_in_the_help():
    page = opened()
    assert row(page, "rho")["help"].startswith("ρ(W<sub>hh</sub>). Largest magnitude")
    assert row(page, "seq_len")["help"].startswith("Steps in one sequence")


def test_a_number_behind_a_switch_keeps_its_own_name_and_help():
    page = opened()
    for switch, name in (("clip_norm", "clip_norm_threshold"), ("truncation", "truncation_k2")):
        seen, number_, flag = row(page, name), flat_parameters()[name], flat_parameters()[switch]
        assert (seen["switch"]["name"], seen["label"]) == (switch, flag.label)
        assert seen["heard"] == name_of(number_)
        assert seen["help"].startswith(f"{as_html(flag.help)}<br>{name_of(number_)}: ")
        assert seen["help"].endswith(as_html(number_.help))


# -- without effect ---------------------------------------------------------------------------------------------------


def controls_of(page):
    """Flat name -> its one row, also where it is the switch in front of another."""
    found = {}
    for one in rows(page):
        if one.get("of") == "" and one.get("name") in flat_parameters():
            assert one["name"] not in found
            found[one["name"]] = one
    return found


CASES = [{}, {"shape": "gaussian"}, {"shape": "identity"}, {"rho": "0"}, {"n_hidden": "4", "eigenvalues": "0.5,0.4"},
         {"n_hidden": "2"}, {"truncation": "true"}, {"truncation": "true", "truncation_k1": "10", "task": "sine"},
         *({name: "true", "task": "generator" if name == "teacher_forcing" else "recall"} for name in remedies())]


@pytest.mark.parametrize("query", CASES, ids=str)
def test_a_control_is_greyed_exactly_where_no_value_of_it_has_an_effect_and_says_why(query):
    page = opened(**query)
    idle = run_of(page).experiment.without_effect()
    shown = controls_of(page)
    assert {"rho", "spread", "activation", "seq_len", "optimizer", "lr", "n_hidden"} <= set(shown)
    behind = {one["name"]: one["switch"] for one in shown.values() if "switch" in one}
    for name, one in shown.items():
        reason = idle.get(name)
        if name in behind and behind[name]["text"] == "false":  # moved, it switches its remedy on
            assert not one["locked"]
            assert one["note"] == ""
            continue
        assert one["locked"] == (reason is not None and reason.locks), name
        assert one["note"].lower() == (as_html(reason.reason).lower() if reason else ""), name
        assert one["help"], name


def test_the_words_below_a_control_without_effect():
    page = opened(orthogonal_init="true", rho="0.5")
    assert (row(page, "rho")["note"], row(page, "rho")["locked"]) == ("Set by Orthogonal initialisation", True)
    assert not row(page, "activation")["locked"]
    assert row(opened(rho="0"), "spread")["note"] == "No effect: all eigenvalues are 0"


def test_what_a_remedy_sets_comes_back_when_it_is_switched_off():
    page = opened(rho="0.5", orthogonal_init="true")
    assert (page.query_params.get("rho"), values(page)["rho"]) == (None, 0.5)
    put(page, "orthogonal_init", False)
    assert page.query_params["rho"] in ("0.5", ["0.5"])
    assert run_of(page).experiment == Experiment.from_values({"rho": 0.5})
    assert not row(page, "rho")["locked"]


def test_the_derivation_speaks_of_the_plain_cell_and_greys_nothing_for_a_remedy():
    page = on("derivation", rho="0.5", orthogonal_init="true")
    assert not row(page, "rho")["locked"]
    assert page.query_params["rho"] in ("0.5", ["0.5"])
    page = on("derivation", n_hidden="4", eigenvalues="0.5,0.4", rho="0.5")
    assert row(page, "rho")["locked"]
    assert "rho" not in page.query_params
    page = on("derivation", rho="0", echo_state="true", echo_state_ridge="0.5")
    assert row(page, "spread")["locked"]  # in the reservoir it acts
    assert page.query_params["echo_state_ridge"] in ("0.5", ["0.5"])


def test_the_race_greys_what_acts_in_no_lane():
    page = on("remedies", lanes="clip_norm", orthogonal_init="true", rho="0.5")
    assert row(page, "rho", of="remedies.")["locked"]
    assert "rho" not in page.query_params
    page = on("remedies", lanes="clip_norm,orthogonal_init=false", orthogonal_init="true", rho="0.5")
    assert not row(page, "rho", of="remedies.")["locked"]
    assert page.query_params["rho"] in ("0.5", ["0.5"])


def test_a_lane_greys_what_its_own_remedy_sets():
    page = on("remedies", lanes="orthogonal_init+rho=0.5,clip_norm+rho=0.5")
    assert row(page, "rho", of="remedies.lane1.")["locked"]
    assert not row(page, "rho", of="remedies.lane2.")["locked"]


@pytest.mark.parametrize(("page", "query", "flags"), [
    ("playground", {"lr": "0.1", "rho": "0.5"}, [["lr", "rho"]]),
    ("playground", {"rho": "0.5", "orthogonal_init": "true", "lr": "0.1", "hessian_free": "true"},
     [["orthogonal_init", "hessian_free"]]),
    ("jacobians", {"lr": "0.1", "rho": "0.5", "clip_norm": "true", "optimizer": "adam", "bias": "0.5"},
     [["rho", "bias", "sequences"], ["rho", "bias"]]),
    ("singular_values", {"matrix": "yours", "rho": "0.5", "bias": "0.5", "orthogonal_init": "true", "n_hidden": "4"},
     [["n_hidden", "rho", "matrix"]]),
])
def test_a_printed_command_has_no_flag_without_effect(page, query, flags):
    """On singular values W_hh is that of the plain cell."""
    lines = [line for block in on(page, **query).code if block.language == "bash" for line in block.value.splitlines()]
    seen = [[word[2:].split("=")[0] for word in line.split() if word.startswith("--")] for line in lines]
    assert [sorted(line) for line in seen] == [sorted(line) for line in flags]


# -- what is folded away ----------------------------------------------------------------------------------------------


def lines_of(page):
    return [row["line"] for row in rows(page) if row["kind"] == "fold"]


@pytest.mark.parametrize("query", [{}, {"clip_norm": "true", "truncation": "true"}], ids=str)
def test_the_five_come_first_and_all_else_is_folded(query):
    (told,) = [panel for panel in panels(opened(**query)) if panel["key"] == "panel_sidebar"]
    first = [row["name"] for row in told["rows"] if "name" in row]
    assert first == ["rho", "activation", "seq_len", "clip_norm_threshold", "truncation_k2"]
    folds = [row for row in told["rows"] if row["kind"] == "fold"]
    assert len(folds) == 7 + bool(query)
    assert not any(row["open"] for row in folds)


def test_a_folded_group_says_what_is_in_it_and_what_differs():
    lines = lines_of(opened(lr="0.1", steps="60", seed="7", leaky="true", shape="gaussian", task="generator",
                            waveform="square"))
    assert "Optimizer, learning rate, updates. Changed: learning rate 0.1, updates 60." in lines
    assert "Hidden units, initial bias, input scale, batch size, precision, seed. Changed: seed 7." in lines
    assert ("Kind of matrix, spread, largest angle, non-normality, each eigenvalue, eigenvalues moved. "
            "Changed: kind of matrix Gaussian.") in lines
    assert "Changed: Draw a waveform, running freely. Waveform. Changed: waveform square wave." in lines
    assert any("LSTM" in line and line.endswith("Changed: Leaky units on.") for line in lines)
    assert [line for line in lines_of(opened()) if "Changed" in line] == []


@pytest.mark.parametrize("name", [name for name, p in flat_parameters().items() if p.needs == ""])
def test_every_setting_that_differs_is_told_in_a_line_with_its_value(name):
    parameter = flat_parameters()[name]
    found = Settings({})
    other = next(parameter.check(name, v) for v in parameter.legal() if parameter.check(name, v) != parameter.default)
    found.values[name] = other
    line = summary([name], found)
    if found.idle(name) is not None:  # the waveform of a task that draws none
        assert "Changed" not in line
        return
    word = parameter.options[other] if isinstance(parameter, Choice) else (
        {1e-05: "10⁻⁵"}.get(other, f"{other:g}") if isinstance(parameter, Number) and other < 1e6 else "")
    assert "Changed: " in line
    assert line.partition("Changed: ")[2].rstrip(".").endswith(word)


def test_a_greyed_setting_is_not_told_as_changed():
    page = opened(shape="gaussian", orthogonal_init="true")
    assert [line for line in lines_of(page) if "Gaussian" in line] == []


@pytest.mark.parametrize("task", tasks())
def test_the_folded_task_is_named(task):
    assert [line for line in lines_of(opened(task=task)) if as_html(tasks()[task].title) in line]


def test_a_preset_that_needs_a_threshold_shows_it():
    page = opened()
    checked(page.button(key="preset_clip_saves").click().run())
    assert row(page, "clip_norm_threshold")["switch"]["text"] == "true"
    assert warnings(click(page, "Step")) == []
