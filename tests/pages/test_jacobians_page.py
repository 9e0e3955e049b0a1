"""The page of Jacobians: what it shows is what the engine says, and every control, click and button of its own."""

import html
import re

import numpy as np
import pytest

from core.markup import as_html
from core.network.activations import ACTIVATIONS
from core.remedies.base import remedies
from core.spelling import plain
from core.topics.jacobians.map import exceeded, jacobian_map
from core.topics.jacobians.rates import rates_of
from core.topics.jacobians.verdict import jacobian_verdict
from core.topics.jacobians.view import JacobianView
from core.topics.playground.presets import PRESETS
from pages._kit.link.values import Own
from pages._parts.jacobians.shown import _choose
from tests.helpers import app_page
from tests.helpers.app_page import address, button, cells, own_of, run_of, sent, warnings
from tests.helpers.app_page import rested as measured
from tests.helpers.panels import number, put, refusals

pytestmark = pytest.mark.usefixtures("own_jobs")

SMALL = {"n_hidden": "4", "seq_len": "10", "batch": "4"}  # measured at once
CHARTS = {"jacobian_map", "jacobian_lines", "singular", "slopes", "factor_plane", "one_step", "long"}


def opened(**query):
    """The page as a link opens it, measured."""
    return measured(app_page.opened("jacobians", **query))


def own(page):
    return own_of(page, "jacobians")


def chart(page, name):
    """What the browser was told last."""
    return sent(page)[name]


def z(page):
    return np.asarray(chart(page, "jacobian_map")["data"][0]["z"], float)


def headline(page):
    return re.sub(r"<[^>]*>", "", cells(page)["verdict"]["html"]).replace("−", "-").replace("&quot;", '"')


def expected(page, sequences=3):
    view = run_of(page).view()
    return jacobian_map(view.jacobians.first(sequences)), view.record


def test_the_page_opens_measured_without_a_warning():
    page = opened()
    assert warnings(page) == []
    assert set(sent(page)) == CHARTS


@pytest.mark.parametrize("query", [{}, {"alpha": "2", "rho": "0.9"}, {"activation": "relu", "sequences": "1"},
                                   {"seq_len": "2", "n_hidden": "2"}, {"task": "sine", "batch": "2", "sequences": "8"}],
                         ids=str)
def test_the_map_and_the_headline_are_the_engines(query):
    page = opened(**query)
    found, record = expected(page, int(query.get("sequences", 3)))
    assert np.array_equal(z(page), found.log10_norm, equal_nan=True)
    text = headline(page)
    rate, bound = exceeded(found, record.rho), exceeded(found, record.sigma_max)
    assert bound.count == 0
    assert f"Over {found.pairs.sum():,} pairs" in text
    assert f"σmax γ = {plain(record.sigma_max)}, is exceeded by none of them" in text
    assert f"ρ γ = {plain(record.rho)}, is exceeded by {f'{rate.count:,}' if rate.count else 'none'} of them" in text
    assert "Approximate" not in text
    assert "Measuring" not in text


def test_the_headline_is_the_engines_verdict_on_the_map_that_is_drawn():
    page = opened(alpha="2", rho="0.9", activation="gelu", leaky="true")
    found, record = expected(page)
    J = run_of(page).view().jacobians
    verdict = jacobian_verdict(found, rates_of(J, ACTIVATIONS["gelu"].gamma, record.spectrum))
    shown = re.sub(r"<[^>]*>", "", as_html(f"{verdict.headline}. {verdict.sentence}")).replace("−", "-")
    assert headline(page)[2:] == html.unescape(shown)
    assert "(1 - l) + l σmax γ = " in shown


def test_the_fields_show_the_row_and_the_column_that_are_drawn():
    """The last step of a short sequence, not the 1000 that a long one may have; on a thinned map a step of its grid."""
    page = opened(seq_len="10", n_hidden="4", batch="4")
    shown = [number(page, name) for name in ("t", "k")]
    assert shown == [10, 0]
    page = opened(seq_len="300", n_hidden="4", batch="1", t="20", k="8")
    t, k = (number(page, name) for name in ("t", "k"))
    at = np.asarray(chart(page, "jacobian_map")["data"][0]["x"]).astype(int)
    assert (t, k) == (max(at[at <= 20]), max(at[at <= 8])) == (19, 7)
    names = [trace["name"] for trace in chart(page, "jacobian_lines")["data"][2:4]]
    assert names == ["back from t = 19", "on from k = 7"]
    assert "∂h<sub>19</sub>/∂h<sub>18</sub>" in chart(page, "one_step")["layout"]["title"]["text"]
    assert "∂h<sub>19</sub>/∂h<sub>18</sub>" in chart(page, "factor_plane")["layout"]["title"]["text"]


def test_a_network_changed_afterwards_is_held_against_its_own_bound(monkeypatch):
    """What is measured beside the page belongs to the network that it was begun on, however late it comes."""
    monkeypatch.setattr("pages._parts.jacobians.measured.AT_ONCE", 0.0)
    page = opened(rho="0.9")
    measured(put(page, "rho", 0.5))
    found, record = expected(page)
    assert np.array_equal(z(page), found.log10_norm, equal_nan=True)
    assert f"ρ γ = {plain(record.rho)}, is" in headline(page)
    assert record.rho == pytest.approx(0.5)


def test_a_longer_sequence_is_measured_at_129_times_exactly():
    page = opened(seq_len="300", n_hidden="4", batch="1")
    at = np.asarray(chart(page, "jacobian_map")["data"][0]["x"]).astype(int)
    assert (len(at), at[0], at[-1]) == (129, 0, 300)
    assert np.array_equal(z(page), jacobian_map(run_of(page).view().jacobians.first(1), at).log10_norm, equal_nan=True)


@pytest.mark.parametrize(("name", "value"), [("t", 20), ("k", 7), ("sequences", 1)])
def test_a_typed_value_is_taken_and_written_into_the_address(name, value):
    page = opened()
    measured(put(page, name, value))
    assert own(page).values[name] == value
    assert address(page) == {name: str(value)}
    assert np.array_equal(z(page), expected(page, own(page).values["sequences"])[0].log10_norm, equal_nan=True)


def test_the_chosen_row_and_column_are_the_curves():
    page = opened(t="20", k="7")
    lines = chart(page, "jacobian_lines")["data"]
    assert [trace["name"] for trace in lines[2:4]] == ["back from t = 20", "on from k = 7"]
    assert np.array_equal(np.asarray(lines[2]["y"], float), z(page)[20, :20][::-1])
    assert np.array_equal(np.asarray(lines[3]["y"], float), z(page)[8:, 7])
    assert "∂h<sub>20</sub>/∂h<sub>19</sub>" in chart(page, "one_step")["layout"]["title"]["text"]


@pytest.mark.parametrize(("name", "value"), [("t", 0), ("t", 1001), ("k", -1), ("sequences", 9), ("length", 1)])
def test_a_value_that_is_not_allowed_gives_one_line_and_changes_nothing(name, value):
    page = opened(**SMALL)
    before = dict(own(page).values)
    put(page, name, value)
    (line,) = refusals(page)
    assert line.startswith(f"{name} must be ")
    assert line.endswith(f" It stays { {'t': 10, 'k': 0, 'sequences': 3, 'length': 65536}[name]}.")
    assert own(page).values == before


def test_a_row_beyond_a_short_sequence_is_its_last():
    page = opened(seq_len="10", t="500", k="400")
    names = [trace["name"] for trace in chart(page, "jacobian_lines")["data"][2:4]]
    assert names == ["back from t = 10", "on from k = 9"]


@pytest.mark.parametrize(("point", "chosen"), [((20.0, 7.0), (20, 7)), ((0.0, 0.0), (1, 0)), ((19.6, 7.4), (20, 7)),
                                               ((1000.0, 1000.0), (1000, 999)), ((-5.0, 1e9), (1, 999))])
def test_a_click_chooses_the_nearest_row_and_column_there_are(point, chosen):
    values = Own("jacobians", (JacobianView,), {})
    _choose(values, {"y": point[0], "x": point[1], "trace": 0})
    assert ((values.values["t"], values.values["k"]), values.problems) == (chosen, [])


def test_the_recent_colours_reach_as_far_as_the_map():
    page = opened(rho="0.5")
    put(page, "colours", "recent")
    reach = np.ceil(np.abs(z(page)[np.isfinite(z(page))]).max())
    assert (chart(page, "jacobian_map")["data"][0]["zmax"], address(page)["colours"]) == (reach, "recent")


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_measured(name):
    page = opened(**SMALL)
    measured(page.button(key=f"preset_{name}").click().run())
    found, _ = expected(page)
    assert run_of(page).experiment == PRESETS[name].experiment
    assert np.array_equal(z(page), found.log10_norm, equal_nan=True)
    assert warnings(page) == []


def test_truncation_dims_what_it_drops_and_says_how_many():
    page = opened(truncation="true", truncation_k1="20", truncation_k2="5")
    at = np.asarray(chart(page, "jacobian_map")["data"][0]["x"]).astype(int)
    ends = [min(-(-t // 20) * 20, 50) for t in at]  # of the chunks of 20 steps, the last one of 10
    dropped = np.array([[k < t and k <= end - 5 for k in at] for t, end in zip(at, ends, strict=True)])
    assert np.array_equal(np.asarray(chart(page, "jacobian_map")["data"][2]["z"]) == 1, dropped)
    assert dropped.any()


@pytest.mark.slow
@pytest.mark.parametrize("query", [{"truncation": "true", "truncation_k1": "1", "task": "sine"}, {"rho": "0"},
                                   {"activation": "relu", "bias": "-3"}, {"eigenvalues": "0.9,0.5+0.5j"},
                                   {"dtype": "float32"}, {"n_hidden": "64", "seq_len": "20"}], ids=str)
def test_the_page_survives(query):
    page = opened(**query)
    assert warnings(page) == []
    assert headline(page)
    assert "nan" not in headline(page)


def test_states_that_are_not_finite_are_told_and_nothing_is_measured():
    page = opened(activation="elu", rho="2", shape="identity", bias="3", seq_len="1000", dtype="float32")
    assert "The states are not finite." in headline(page)
    assert button(page, "Measure").disabled


@pytest.mark.slow
@pytest.mark.parametrize("remedy", remedies().values(), ids=remedies())
def test_the_page_shows_a_network_of_every_remedy(remedy):
    page = opened(**SMALL, **{remedy.name: "true", "task": "generator" if remedy.feedback else "recall"})
    assert set(sent(page)) == CHARTS
    assert [warning.value for warning in page.warning] == []


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_gated_cell_is_said_to_have_no_bound(cell):
    page = opened(**{cell: "true", "seq_len": "10", "n_hidden": "4"})
    assert "no bound of σ<sub>max</sub> and γ holds" in cells(page)["verdict"]["html"]
