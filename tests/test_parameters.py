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
from core.parameters import (
    Choice,
    ComplexList,
    Flag,
    Number,
    ParameterError,
    Spec,
    Word,
    choice,
    complex_list,
    flag,
    idle_beyond,
    number,
    numbers,
    shown,
    word,
)
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
            if isinstance(PARAMETERS[name], (Number, Choice, Flag, Word)):  # of a list one item may be named
                assert message.endswith(f", got {shown(value)}.")


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


@pytest.mark.parametrize(("came", "line"), [
    ("a" * 40, "a" * 40), ("a" * 41, "a" * 39 + "…"), ("  a \n\t b ", "a b"), ("", "nothing"), (" \n", "nothing"),
    (None, "None"), (2.50, "2.5"), (True, "True"), ((1, "x"), "(1, 'x')"), (10**5000, "a number far too long")],
    ids=range(10))
def test_what_came_is_shown_as_it_is_but_for_white_space_and_its_end(came, line):
    assert shown(came) == line


@pytest.mark.parametrize(("parameter", "allowed"), [
    (Number(default=1, low=0, high=20000, step=1, label=""), "a whole number from 0 to 20000"),
    (Number(default=1.0, low=1e-5, high=2.5, step=1.0, label=""), "a number from 1e-05 to 2.5"),
    (Number(default=0, low=0, high=2**31 - 1, step=1, label=""), "a whole number from 0 to 2147483647"),
    (Choice(default="a", names=lambda: {"a": "A", "b": "B"}, label=""), "one of a, b"),
    (Flag(default=True, label=""), "true or false"),
    (ComplexList(default=(), high=2.5, longest=7, label=""),
     "at most 7 numbers such as 1.2, 0.9, 0.5+0.5j with magnitudes up to 2.5"),
    (Word(default="rnn", shortest=2, longest=5, label=""), "a word of 2 to 5 letters")],
    ids=lambda one: type(one).__name__)
def test_each_kind_says_what_is_allowed(parameter, allowed):
    assert parameter.allowed == allowed
    with pytest.raises(ParameterError) as caught:
        parameter.check("name", None)
    assert str(caught.value) == f"name must be {allowed}, got None."


LISTED = ComplexList(default=(), high=2.0, longest=3, label="")


@pytest.mark.parametrize(("value", "shown"), [
    ("1,x", "1,x"), ((1.0, 3.0), "3.0"), ((True,), "True"), ((1.0, "2"), "2"), ((10**400,), "1" + "0" * 38 + "…"),
    (3, "3"), ((1.0,) * 4, "4 of them"), ((complex(0, 2.1),), "2.1j"),
    ((complex(1e308, 1e308),), "(1e+308+1e+308j)")], ids=range(9))
def test_of_a_list_what_is_not_allowed_is_named(value, shown):
    with pytest.raises(ParameterError) as caught:
        LISTED.check("eigenvalues", value)
    assert str(caught.value).endswith(f" up to 2, got {shown}.")
    with pytest.raises(ParameterError, match=r" up to 2, got 3\.$"):
        LISTED.parse("eigenvalues", 3)


@pytest.mark.parametrize(("value", "text"), [
    ((), ""), ((0.5,), "0.5"), ((0.5, -1.25), "0.5,-1.25"), ((0.5 - 0.25j, 1j), "0.5-0.25j,1j"),
    ((-0.5 - 1j,), "-0.5-1j")])
def test_a_list_is_spelled_as_somebody_would_write_it(value, text):
    assert LISTED.spell(LISTED.check("eigenvalues", value)) == text


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false")])
def test_a_flag_is_spelled_by_its_word(value, text):
    assert Flag(default=True, label="").spell(value) == text


@pytest.mark.parametrize("text", ["3", "2.6", "-0.1", "1e3", "x", "  "])
def test_a_text_that_is_no_such_number_is_told_as_it_came(text):
    with pytest.raises(ParameterError) as caught:
        Number(default=1.0, low=0.0, high=2.5, step=0.1, label="").parse("lr", text)
    assert str(caught.value) == f"lr must be a number from 0 to 2.5, got {text.strip() or 'nothing'}."


@pytest.fixture
def mixed():
    """A spec with a field of each kind, declared now."""
    @dataclass(frozen=True, kw_only=True)
    class Mixed(Spec):
        size: float = number(1.0, 0.0, 2.0, step=0.1, label="Size", unit="m", log=True)
        count: int = number(3, 1, 9, step=2, label="Count")
        kind: str = choice("a", lambda: {"a": "A", "b": "B"}, label="Kind", help="Which.")
        on: bool = flag(False, label="On", symbol="x")
        listed: tuple[complex, ...] = complex_list(high=2.0, longest=3, label="Listed", hot=True)
        name: str = word("rnn", shortest=2, longest=5, label="Name", needs="on")
        unseen: str = "no parameter"

    return Mixed


def test_the_numbers_among_parameters_are_told_from_the_others(mixed):
    assert numbers(mixed.parameters()) == {"size", "count"}
    assert list(mixed.parameters()) == ["size", "count", "kind", "on", "listed", "name"]


def test_a_spec_is_made_of_flat_values_others_among_them(mixed):
    made = mixed.from_values({"count": 4, "on": True, "listed": (0.5,), "seed": 9})
    assert made.values() == {"size": 1.0, "count": 4, "kind": "a", "on": True, "listed": (0.5 + 0j,), "name": "rnn"}
    assert mixed().values()["on"] is False


@pytest.mark.parametrize(("name", "titles"), [
    ("optimizer", ["sgd: SGD", "momentum: SGD + momentum 0.9", "rmsprop: RMSprop", "adam: Adam"]),
    ("dtype", ["float64: float64", "float32: float32"]),
    ("shape", ["spectrum: by its eigenvalues", "gaussian: Gaussian", "identity: identity"])])
def test_a_choice_has_these_names_in_a_link_and_these_on_a_page(name, titles):
    assert [f"{key}: {title}" for key, title in PARAMETERS[name].options.items()] == titles


def test_what_is_declared_is_the_parameter_that_was_asked_for(mixed):
    """As a reader sees it: its range, step, label and what else is said of it."""
    found = mixed.parameters()
    assert found["size"] == Number(default=1.0, low=0.0, high=2.0, step=0.1, label="Size", unit="m", log=True)
    assert found["count"] == Number(default=3, low=1, high=9, step=2, label="Count")
    assert (found["kind"].default, found["kind"].options, found["kind"].label, found["kind"].help) == (
        "a", {"a": "A", "b": "B"}, "Kind", "Which.")
    assert found["on"] == Flag(default=False, label="On", symbol="x")
    assert found["listed"] == ComplexList(default=(), high=2.0, longest=3, label="Listed", hot=True)
    assert found["name"] == Word(default="rnn", shortest=2, longest=5, label="Name", needs="on")


def test_a_number_of_which_more_than_a_limit_does_nothing_never_locks_its_control():
    found = idle_beyond(lambda e: e + 1, "that is all there is", "W_hh")
    assert (found.when(None), found.why, found.locks, found.upto, found.beyond(4)) == (
        True, "that is all there is", False, "W_hh", 5)
    assert idle_beyond(lambda e: e, "").upto == "update"


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
