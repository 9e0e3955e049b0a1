"""Every parameter of every spec and remedy: its legal edges pass, what lies outside raises one clear line."""

import math
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import walk_packages
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

import core
from core.parameters import ComplexList, Flag, Number, ParameterError, Spec, Word, number, shown, word
from core.training.experiment import flat_parameters


def specs():
    """Every spec of the engine, those of the pages among them."""
    for module in walk_packages(core.__path__, "core."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    return [spec for spec in Spec.__subclasses__() if spec.__module__.startswith("core.")]


PARAMETERS = flat_parameters() | {f"{spec.__name__}.{name}": p for spec in specs()
                                  for name, p in spec.parameters().items() if p not in flat_parameters().values()}
LEGAL = [(name, value) for name, p in PARAMETERS.items() for value in p.legal()]
ILLEGAL = [(name, value) for name, p in PARAMETERS.items() for value in p.illegal()]
WHOLE = [name for name, p in PARAMETERS.items() if isinstance(p, Number) and p.whole]
REAL = [name for name, p in PARAMETERS.items() if isinstance(p, Number) and not p.whole]
LISTS = [name for name, p in PARAMETERS.items() if isinstance(p, ComplexList)]
SPELT = [name for name, p in PARAMETERS.items() if isinstance(p, Word)]
FLAGS = [name for name, p in PARAMETERS.items() if isinstance(p, Flag)]


def kinds(names):
    """One name of each range: nothing else of a number decides what passes, and how it is spelled."""
    return list({(p.low, p.high, p.whole): name for name in names for p in [PARAMETERS[name]]}.values())


WORDS = [("true", True), ("TRUE", True), ("1", True), ("False", False), ("0", False)]


def test_a_legal_edge_passes(subtests):
    for name, value in LEGAL:
        with subtests.test(name=name, value=value):
            checked = PARAMETERS[name].check(name, value)
            assert PARAMETERS[name].check(name, checked) == checked


def test_a_value_outside_raises_one_line_that_names_the_parameter_and_what_is_allowed(subtests):
    for name, value in ILLEGAL:
        with subtests.test(name=name, value=value):
            with pytest.raises(ParameterError) as caught:
                PARAMETERS[name].check(name, value)
            message = str(caught.value)
            assert message.startswith(f"{name} must be {PARAMETERS[name].allowed}, got ")
            assert len(message.splitlines()) == 1


@pytest.mark.parametrize("text", ["no such thing", "nan", "inf", "-inf", "1e999", "0x10", "1;2", "a\nb", "\x00"])
def test_a_text_that_spells_nothing_raises_one_line(subtests, text):
    for name in PARAMETERS.keys() - SPELT:  # a word may be "nan"
        with subtests.test(name=name):
            with pytest.raises(ParameterError) as caught:
                PARAMETERS[name].parse(name, text)
            assert len(str(caught.value).splitlines()) == 1


def test_the_default_is_legal_and_already_in_its_canonical_type(subtests):
    for name, parameter in PARAMETERS.items():
        with subtests.test(name=name):
            checked = parameter.check(name, parameter.default)
            assert checked == parameter.default
            assert type(checked) is type(parameter.default)


def test_parse_undoes_spell(subtests):
    for name, value in LEGAL:
        with subtests.test(name=name, value=value):
            checked = PARAMETERS[name].check(name, value)
            assert PARAMETERS[name].parse(name, PARAMETERS[name].spell(checked)) == checked


def test_every_parameter_has_a_label():
    assert [name for name, parameter in PARAMETERS.items() if not parameter.label] == []


@pytest.mark.parametrize("name", kinds(REAL))
@given(data=st.data())
def test_any_legal_number_survives_spell_and_parse(name, data):
    parameter = PARAMETERS[name]
    value = data.draw(st.floats(parameter.low, parameter.high))
    assert parameter.parse(name, parameter.spell(parameter.check(name, value))) == value


@pytest.mark.parametrize("name", kinds(WHOLE))
@given(data=st.data())
def test_any_legal_whole_number_survives_spell_and_parse(name, data):
    parameter = PARAMETERS[name]
    value = data.draw(st.integers(int(parameter.low), int(parameter.high)))
    assert parameter.parse(name, parameter.spell(parameter.check(name, value))) == value


@pytest.mark.parametrize("name", LISTS)
@given(data=st.data())
def test_any_legal_complex_list_survives_spell_and_parse(name, data):
    parameter = PARAMETERS[name]
    item = st.complex_numbers(max_magnitude=parameter.high) | st.floats(-parameter.high, parameter.high)
    value = parameter.check(name, tuple(data.draw(st.lists(item, max_size=8))))
    assert parameter.parse(name, parameter.spell(value)) == value


@pytest.mark.parametrize("name", kinds([*WHOLE, *REAL]))
@given(value=st.floats() | st.integers())
def test_a_number_passes_exactly_when_it_lies_in_the_range(name, value):
    parameter = PARAMETERS[name]
    legal = parameter.low <= value <= parameter.high and (isinstance(value, int) or not parameter.whole)
    try:
        assert parameter.check(name, value) == value
        assert legal
    except ParameterError:
        assert not legal


@pytest.mark.parametrize("name", SPELT)
@given(value=st.text(st.characters(categories=["L"]), min_size=2, max_size=12))
def test_any_word_of_letters_survives_spell_and_parse(name, value):
    """Composed: a letter and its accent are one. What does not compose is no letter by itself, and not allowed."""
    parameter, composed = PARAMETERS[name], normalize("NFC", value)
    if not (parameter.shortest <= len(composed) <= parameter.longest and composed.isalpha()):
        return
    checked = parameter.check(name, value)
    assert checked == composed
    assert parameter.parse(name, parameter.spell(checked)) == checked


@pytest.mark.parametrize(("came", "word"), [(" rnn ", "rnn"), ("\u0438\u0306\u0438", "\u0439\u0438"), ("LSTM", "LSTM")])
def test_a_word_is_trimmed_and_composed_and_keeps_its_case(came, word):
    assert Named(name=came).name == word


@pytest.mark.parametrize("came", ["a", "abcdef", "a b", "a1", "a-b", "a\nb", "<i>", "\U0001f600" * 2, "", None, 3])
def test_what_is_no_word_is_refused_by_name(came):
    with pytest.raises(ParameterError, match=r"^name must be a word of 2 to 5 letters, got "):
        Named(name=came)


@pytest.mark.parametrize(("text", "value"), WORDS)
def test_a_flag_reads_its_words(text, value):
    assert [name for name in FLAGS if PARAMETERS[name].parse(name, text) is not value] == []


def test_an_empty_text_is_no_value(subtests):
    for name in PARAMETERS.keys() - LISTS:
        with subtests.test(name=name), pytest.raises(ParameterError, match="got nothing"):
            PARAMETERS[name].parse(name, "")


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_text_is_the_empty_list(name):
    assert PARAMETERS[name].parse(name, "") == ()


def test_a_complex_list_reads_i_and_j_and_spaces_alike():
    parsed = PARAMETERS["eigenvalues"].parse("eigenvalues", " 1.2, 0.5 + 0.5i ,0.5-0.5j,")
    assert parsed == (1.2, 0.5 + 0.5j, 0.5 - 0.5j)


@given(text=st.text())
def test_what_came_is_shown_on_one_short_line(text):
    assert len(shown(text).splitlines()) == 1
    assert len(shown(text)) <= 40


@dataclass(frozen=True, kw_only=True)
class Sample(Spec):
    size: float = number(1.0, 0.0, 2.0, step=0.1, label="Size")


@dataclass(frozen=True, kw_only=True)
class Named(Spec):
    name: str = word("rnn", shortest=2, longest=5, label="Name")


@pytest.mark.parametrize(("make", "came"), [(lambda: Sample(size=math.nan), "nan"),
                                            (lambda: replace(Sample(), size=2.5), "2.5")], ids=["made", "replaced"])
def test_a_spec_never_exists_with_a_value_that_is_not_allowed(make, came):
    with pytest.raises(ParameterError) as caught:
        make()
    assert str(caught.value) == f"size must be a number from 0 to 2, got {came}."


def test_a_spec_holds_the_canonical_type_and_not_the_one_that_came():
    assert type(Sample(size=1).size) is float
