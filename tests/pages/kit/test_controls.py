"""Controls: what they are called, what they say where they have no effect, and what is folded away."""

import re

import pytest

from core.markup import as_markdown
from core.parameters import Choice, Number
from core.remedies.base import remedies
from core.tasks.base import tasks
from core.training.experiment import Experiment, flat_parameters
from pages._kit.controls.names import name_of, numbered, sign
from pages._kit.controls.summary import summary
from pages._kit.link.navigation import PAGES
from pages._kit.link.settings import Settings
from tests.helpers.app_page import FOLDED, checked, click, named, opened, run_of, unfolded, values, warnings

WIDGETS = ("slider", "select_slider", "number_input", "selectbox", "toggle", "text_input", "multiselect", "pills",
           "radio", "button")


def on(page, **query):
    """A page with everything open."""
    seen = unfolded(60)
    for name, text in query.items():
        seen.query_params[name] = text
    if page != "playground":
        seen.switch_page(f"{page}.py")
    return checked(seen.run())


def widgets(page):
    return [widget for kind in WIDGETS for widget in getattr(page, kind, [])]


@pytest.mark.parametrize(("page", "query"), [
    *((page, {}) for page in PAGES), ("playground", {"n_hidden": "5", "eigenvalues": "0.5+0.5j,0.9"}),
    ("playground", dict.fromkeys(("clip_norm", "truncation", "omega", "l1", "l2", "clip_value", "clip_jacobian"),
                                 "true")),
    ("playground", {"leaky": "true"}), ("playground", {"echo_state": "true"}), ("playground", {"hessian_free": "true"}),
    ("derivation", {"step": "5"}),
], ids=str)
def test_no_control_is_called_in_tex(page, query):
    labels = [widget.label for widget in widgets(on(page, **query))]
    assert len(labels) > 10
    assert [label for label in labels if re.search(r"\$|\\[a-zA-Z]", label or "")] == []


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
    assert named(page.slider, "drag_rho").help.startswith(r"$\rho(W_{hh})$. ")
    assert "$" not in named(page.slider, "drag_seq_len").help


# -- without effect ---------------------------------------------------------------------------------------------------


def controls_of(page):
    """Flat name -> its widgets."""
    found = {}
    for kind in ("slider", "select_slider", "number_input", "selectbox", "toggle", "text_input"):
        for widget in getattr(page.sidebar, kind):
            key = (widget.key or "").split("~")[0]
            name = key.partition("_")[2]
            if name in flat_parameters() and key.startswith(("drag_", "type_", "pick_", "switch_", "write_")):
                found.setdefault(name, []).append(widget)
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
    for name, found in shown.items():
        reason = idle.get(name)
        assert {widget.disabled for widget in found} == {reason is not None and reason.locks}, name
        told = [widget.help for widget in found if widget.help]
        assert told
        why = f"**Now {as_markdown(reason.reason)}.**" if reason is not None else None
        assert all(why in text if why else "**" not in text for text in told), name
    captions = [caption.value.lower() for caption in page.sidebar.caption]
    for name in shown.keys() & idle.keys():
        assert as_markdown(idle[name].reason).lower() in captions


def test_the_words_beside_a_greyed_control():
    page = opened(orthogonal_init="true", rho="0.5")
    assert "Set by Orthogonal initialisation" in [caption.value for caption in page.sidebar.caption]
    assert named(page.number_input, "type_rho").disabled
    assert not named(page.selectbox, "pick_activation").disabled
    page = opened(rho="0")
    assert "No effect: all eigenvalues are 0" in [caption.value for caption in page.sidebar.caption]


def test_what_a_remedy_sets_comes_back_when_it_is_switched_off():
    page = opened(rho="0.5", orthogonal_init="true")
    assert (page.query_params.get("rho"), values(page)["rho"]) == (None, 0.5)
    checked(named(page.toggle, "switch_orthogonal_init").set_value(False).run())
    assert page.query_params["rho"] in ("0.5", ["0.5"])
    assert run_of(page).experiment == Experiment.from_values({"rho": 0.5})
    assert not named(page.number_input, "type_rho").disabled


def test_the_derivation_speaks_of_the_plain_cell_and_greys_nothing_for_a_remedy():
    page = on("derivation", rho="0.5", orthogonal_init="true")
    assert not named(page.number_input, "type_rho").disabled
    assert page.query_params["rho"] in ("0.5", ["0.5"])
    page = on("derivation", n_hidden="4", eigenvalues="0.5,0.4", rho="0.5")
    assert named(page.number_input, "type_rho").disabled
    assert "rho" not in page.query_params
    page = on("derivation", rho="0", echo_state="true", echo_state_ridge="0.5")
    assert named(page.number_input, "type_spread").disabled  # in the reservoir it acts
    assert page.query_params["echo_state_ridge"] in ("0.5", ["0.5"])


def test_the_race_greys_what_acts_in_no_lane():
    page = on("remedies", lanes="clip_norm", orthogonal_init="true", rho="0.5")
    assert named(page.number_input, "remedies.type_rho").disabled
    assert "rho" not in page.query_params
    page = on("remedies", lanes="clip_norm,orthogonal_init=false", orthogonal_init="true", rho="0.5")
    assert not named(page.number_input, "remedies.type_rho").disabled
    assert page.query_params["rho"] in ("0.5", ["0.5"])


def test_a_lane_greys_what_its_own_remedy_sets():
    page = on("remedies", lanes="orthogonal_init+rho=0.5,clip_norm+rho=0.5")
    assert named(page.number_input, "remedies.lane1.type_rho").disabled
    assert not named(page.number_input, "remedies.lane2.type_rho").disabled


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


def closed(**query):
    page = unfolded(30)
    for key in FOLDED:
        page.session_state[key] = False
    for name, text in query.items():
        page.query_params[name] = text
    return checked(page.run())


def test_the_five_are_on_the_page_while_all_else_is_folded():
    page = closed(clip_norm="true", truncation="true")
    assert set(controls_of(page)) == {"rho", "activation", "seq_len", "clip_norm", "clip_norm_threshold", "truncation",
                                      "truncation_k2"}


def test_a_folded_group_says_what_is_in_it_and_what_differs():
    lines = [caption.value for caption in closed(lr="0.1", steps="60", seed="7", leaky="true", shape="gaussian",
                                                 task="generator", waveform="square").sidebar.caption]
    assert "Optimizer, learning rate, updates. Changed: learning rate 0.1, updates 60." in lines
    assert "Hidden units, initial bias, input scale, batch size, precision, seed. Changed: seed 7." in lines
    assert "Kind of matrix, spread, largest angle, non-normality, each eigenvalue. Changed: kind of matrix Gaussian." \
        in lines
    assert "Changed: Draw a waveform, running freely. Waveform. Changed: waveform square wave." in lines
    assert any("LSTM" in line and line.endswith("Changed: Leaky units on.") for line in lines)
    assert [line for line in closed().sidebar.caption if "Changed" in line.value] == []


def test_an_open_group_shows_its_controls_instead_of_the_line():
    page = opened(lr="0.1")
    assert [caption for caption in page.sidebar.caption if "Changed" in caption.value] == []


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
    page = closed(shape="gaussian", orthogonal_init="true")
    assert [caption for caption in page.sidebar.caption if "Gaussian" in caption.value] == []


@pytest.mark.parametrize("task", tasks())
def test_the_folded_task_is_named(task):
    page = closed(task=task)
    assert [caption for caption in page.sidebar.caption if tasks()[task].title in caption.value]


def test_a_preset_that_needs_a_threshold_shows_it():
    page = closed()
    checked(page.button(key="preset_clip_saves").click().run())
    assert "clip_norm_threshold" in controls_of(page)
    assert warnings(click(page, "Step")) == []
