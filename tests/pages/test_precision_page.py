"""The page on finite precision, without a browser: presets, controls, words, links."""

import csv
import io
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from core.markup import as_markdown
from core.parameters import Number
from core.topics.precision.iterated_tanh import Iteration
from core.topics.precision.powers import Powers, powers_in_all_types
from core.topics.precision.presets import PRESETS
from core.topics.precision.stagnation import Update
from pages._parts import precision
from pages._parts.precision import LOOK, powers_csv
from tests.helpers import app_page
from tests.helpers.app_page import cells, checked, click, drawn_on, own_of, warnings
from tests.helpers.panels import put, put_all, refusals
from tests.helpers.rounding import TYPES

CHARTS = ["typed_powers", "digits_left", "update_share", "updates_arrived", "iterated_value", "iterated_slope"]
PARAMETERS = {**Powers.parameters(), **Update.parameters(), **Iteration.parameters()}
DEFAULTS = {name: p.default for name, p in PARAMETERS.items()}


opened = partial(app_page.opened, "precision")


def own(page):
    return own_of(page, "precision").values


def words(page):
    return "\n".join(m.value for m in [*page.markdown, *page.caption])


def verdicts(page):
    return [cells(page)[f"{name}_verdict"]["html"] for name in ("powers", "update", "tanh")]


def codes(page):
    return "\n".join(c.value for c in page.code)


@pytest.fixture(scope="module")
def page():
    """One page for tests that do not mind what was done to it before."""
    return opened()


def test_the_page_opens_with_the_defaults_and_no_warning():
    page = opened()
    assert own(page) == DEFAULTS
    assert warnings(page) == []


def test_the_page_shows_six_charts_three_headlines_and_the_table():
    page = opened()
    assert drawn_on(page) == CHARTS
    assert all('class="verdict' in verdict for verdict in verdicts(page))
    assert list(page.table[0].value.columns)[1:] == list(TYPES)


def test_the_headlines_have_the_measured_numbers():
    powers, update, tanh = verdicts(opened())
    assert "exactly 0 from step 75 on" in powers
    assert "below 3.0·10<sup>−8</sup> it would not move" in update
    assert "0.00367 at x = 2 and 1 at x = 0" in tanh


def test_the_page_says_what_it_means_for_training():
    assert "float32 loses a gradient that every step back multiplies by 0.25 from step 75 on" in cells(
        opened())["training"]["html"]


def test_the_correction_is_told_with_its_measurement():
    page = opened()
    assert "It is not $10^{-16}$ where gradients stop" in words(page)
    table = page.table[0].value.set_index("quantity")
    assert table.loc["smallest update that changes $w = 1$", "float64"] == "5.6·$10^{-17}$"
    assert table.loc["smallest number above 0", "float64"] == "4.9·$10^{-324}$"


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_sets_its_values_over_the_defaults_and_says_what_to_look_for(preset):
    page = opened(rate="3.5", gain="2", dtype="float16")
    checked(page.button(key=f"precision_{preset.name}").click().run())
    assert own(page) == DEFAULTS | preset.values
    assert as_markdown(preset.look) in words(page)
    assert warnings(page) == []
    assert drawn_on(page) == CHARTS


def test_other_values_have_a_line_on_what_to_look_for_too():
    assert LOOK in words(opened(rate="0.3"))


@pytest.mark.parametrize("end", ["low", "high", "default"])
def test_every_number_can_be_typed_to_both_ends(page, end):
    wanted = {name: getattr(p, end) for name, p in PARAMETERS.items() if isinstance(p, Number)}
    put_all(page, wanted)
    assert {name: own(page)[name] for name in wanted} == pytest.approx(wanted)
    assert warnings(page) == []


@pytest.mark.parametrize("dtype", TYPES)
def test_every_type_can_be_chosen_and_the_sentences_speak_of_it(page, dtype):
    put(page, "dtype", dtype)
    assert all(f"In {dtype} " in verdict for verdict in verdicts(page)[:2])


def test_a_rate_between_two_stops_of_the_slider_can_be_typed():
    page = opened()
    put(page, "rate", 1.001)
    assert own(page)["rate"] == 1.001
    assert "times 1.001 a step" in verdicts(page)[0]


@pytest.mark.parametrize(("name", "value"), [("rate", 4.5), ("rate", -1.0), ("steps", 0), ("steps", 20001),
                                             ("weight", 0.0), ("gain", 5.0), ("times", 0)])
def test_a_typed_value_that_is_not_allowed_gives_one_line_and_changes_nothing(name, value):
    page = opened()
    put(page, name, value)
    (line,) = refusals(page)
    assert line.startswith(name)
    assert own(page) == DEFAULTS


def test_a_link_opens_on_its_values_and_a_hostile_one_with_a_line_for_each():
    page = opened(rate="0.99", dtype="bfloat16", steps="1e9", weight="<script>", nonsense="1")
    assert (own(page)["rate"], own(page)["dtype"], own(page)["steps"]) == (0.99, "bfloat16", DEFAULTS["steps"])
    assert len(warnings(page)) == 3


def test_the_address_carries_what_differs_from_the_defaults():
    """A list in AppTest, a word in a browser."""
    page = opened()
    click(page, "A weight that no longer moves")
    assert {name: np.ravel(text)[0] for name, text in page.query_params.items()} == {"lr": "0.001", "gradient": "1e-05"}


def test_the_command_has_the_fields_of_the_powers_alone():
    page = opened(rate="0.75", dtype="float16", gain="2")
    assert "python -m core precision --rate=0.75 --dtype=float16" in codes(page)
    assert "--gain" not in codes(page)


def test_the_code_on_the_page_runs_and_prints_the_same(capsys):
    page = opened()
    exec(next(c.value for c in page.code if c.language == "python"), {})
    assert capsys.readouterr().out.startswith("75 None [")


def test_the_download_has_a_line_for_each_power_with_minus_inf_for_zero():
    rows = list(csv.reader(io.StringIO(powers_csv(powers_in_all_types(Powers(steps=80))))))
    assert rows[0] == ["t", *(f"log10_{dtype}" for dtype in TYPES)]
    assert len(rows) == 81
    assert rows[75][0] == "75"
    assert rows[75][3] == "-inf"
    assert float(rows[74][3]) == pytest.approx(74 * np.log10(0.25))


def test_what_can_be_taken_home(monkeypatch):
    shown = []
    monkeypatch.setattr(precision, "menu", lambda own, content: content())
    monkeypatch.setattr(precision, "download_numbers",
                        lambda label, content, file: shown.extend([label, file, content()]))
    monkeypatch.setattr(precision, "code", lambda *texts: shown.extend(texts))
    spec = Powers(rate=1.5, dtype="bfloat16", steps=3)
    own = SimpleNamespace(spelled=lambda: {"rate": "1.5", "gain": "2.0", "steps": "3"})
    precision.take_home(own, spec)
    table = ["t", *(f"log10_{dtype}" for dtype in TYPES)], *(
        [str(t), *[repr(float(np.log10(1.5**t)))] * 4] for t in (1, 2, 3))
    assert [line.split(",") for line in shown.pop(2).splitlines()] == list(table)
    assert shown == [
        "Every power (CSV)", "powers.csv", "python -m core precision --rate=1.5 --steps=3",
        "from core import powers\n\nfound = powers(1.5, 'bfloat16', 3)\n"
        "print(found.first_zero, found.first_inf, found.log10_value)\n"]
