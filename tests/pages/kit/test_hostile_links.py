"""Every key of a link with hostile values, alone and in pairs: the value is taken, or one line says why not and the
rest stays. 10,000 of them: `python tests/pages/kit/test_hostile_links.py 10000`."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.live.player import Playback
from core.topics.derivation.subject import Place
from core.topics.derivation.word.unrolled import Reading
from core.topics.jacobians.long_sequence import LongSequence
from core.topics.jacobians.view import JacobianView
from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.view import Descending, Region
from core.topics.precision.powers import Powers
from core.topics.race.entries import Baseline, RaceSpec
from core.topics.truncation.view import TruncationView
from pages._kit.link.settings import Settings, parameters
from pages._kit.link.values import Own
from tests.helpers.hostile import LISTED, TEXTS, is_one_line

OWN = (RaceSpec, Playback, Baseline, TruncationView, JacobianView, LongSequence, OneUnit, Descending, Region, Powers,
       Reading, Place)
EXPERIMENT, PAGES = [*parameters(), "at"], sorted({name for spec in OWN for name in spec.parameters()})
ONE_OR_TWO = st.dictionaries(st.sampled_from(sorted({*EXPERIMENT, *PAGES})), TEXTS, min_size=1, max_size=2)


def asked(texts):
    """What a link with these texts gives, and the lines."""
    found = Settings(texts)
    found.experiment()
    own = Own("page", OWN, {name: text for name, text in texts.items() if name in PAGES})
    for spec in OWN:
        own.spec(spec)
    return found, own


def assert_taken_or_told(texts):
    experiment, own = asked({name: text for name, text in texts.items() if name in EXPERIMENT})[0], asked(texts)[1]
    for values, names in ((experiment, EXPERIMENT), (own, PAGES)):
        assert all(map(is_one_line, values.problems)), texts
        for name in texts:
            if name in names and name in values.parameters:
                parameter, value = values.parameters[name], values.values.get(name)
                told = any(name in line or "The defaults are used" in line for line in values.problems)
                if name != "updates":
                    parameter.check(name, value)
                    assert told or value == parameter.parse(name, texts[name]), texts  # nothing is dropped in silence
    assert all(name.isprintable() for name in experiment.spelled())


@pytest.mark.parametrize("text", LISTED, ids=[f"{number}" for number in range(len(LISTED))])
def test_each_listed_value_for_every_key(text):
    for name in {*EXPERIMENT, *PAGES}:
        assert_taken_or_told({name: text})


@settings(max_examples=150, deadline=None)
@given(ONE_OR_TWO)
def test_generated_values_alone_and_in_pairs(asked_for):
    assert_taken_or_told(asked_for)


@given(st.text(max_size=80), TEXTS)
def test_a_key_that_there_is_not_is_one_line(name, text):
    if name not in {*EXPERIMENT, *PAGES}:
        line, = Settings({name: text}).problems
        assert is_one_line(line)


if __name__ == "__main__":
    @settings(max_examples=int(sys.argv[1]), deadline=None)
    @given(ONE_OR_TWO)
    def many(asked_for):
        assert_taken_or_told(asked_for)

    many()
