"""What a race is, as a link says it."""

import pytest

from core.parameters import ParameterError
from core.remedies.base import remedies
from core.topics.race.entries import (
    Baseline,
    RaceSpec,
    field_holder,
    lane_experiment,
    lane_parameters,
    lane_title,
)
from core.training.experiment import Experiment, flat_parameters

LANES = RaceSpec.parameters()["lanes"]


@pytest.mark.parametrize("text", ["none", "clip_norm", "clip_norm+truncation,lstm", "lstm+lstm_bias=4.0,,gru", "lr=0.1",
                                  "clip_norm=false,leaky+optimizer=adam"])
def test_lanes_are_spelled_as_they_are_read(text):
    assert LANES.spell(LANES.parse("lanes", text)) == text


def test_a_plus_that_an_address_turned_into_a_space_is_read_as_one():
    assert LANES.parse("lanes", "clip_norm truncation,lstm") == LANES.parse("lanes", "clip_norm+truncation,lstm")


def test_a_free_lane_keeps_the_places_of_the_others():
    assert [lane_title(entry) for entry in LANES.parse("lanes", "lstm,,gru")] == ["lstm", "", "gru"]


def test_free_lanes_at_the_end_are_none():
    assert LANES.parse("lanes", "lstm,,") == LANES.parse("lanes", "lstm")


@pytest.mark.parametrize("name", remedies())
def test_every_remedy_can_be_a_lane(name):
    (entry,) = RaceSpec(lanes=name).lanes
    assert entry == ((name, True),)


@pytest.mark.parametrize(("text", "word"), [("no_such", "no_such"), ("clip_norm,<b>", "<b>"), ("seed=3", "seed=3"),
                                            ("clip_norm_threshold=0", "clip_norm_threshold must be"),
                                            ("clip_norm," * 7 + "l2", "8 lanes")])
def test_a_lane_that_is_not_allowed_gives_one_line_that_names_it(text, word):
    with pytest.raises(ParameterError) as error:
        LANES.parse("lanes", text)
    assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_a_lane_is_the_baseline_with_what_it_has_of_its_own():
    base = Experiment.from_values({"lr": 0.2, "clip_norm": True})
    (entry,) = RaceSpec(lanes="leaky+optimizer=adam").lanes
    values = lane_experiment(base, entry).values()
    assert values == {**base.values(), **values, "optimizer": "adam", "leaky": True}
    assert (values["lr"], values["clip_norm"]) == (0.2, True)


def test_a_lane_can_do_without_a_remedy_of_the_baseline():
    base = Experiment.from_values({"clip_norm": True})
    (entry,) = RaceSpec(lanes="clip_norm=false").lanes
    assert lane_experiment(base, entry).remedies == ()
    assert lane_title(entry) == "without clip norm"


def test_two_remedies_that_do_not_go_together_say_so():
    (entry,) = RaceSpec(lanes="lstm+gru").lanes
    with pytest.raises(ParameterError, match="both choose the cell"):
        lane_experiment(Experiment(), entry)


def test_a_title_names_the_remedies_and_what_differs():
    (entry,) = RaceSpec(lanes="clip_norm+truncation+truncation_k2=5+optimizer=adam").lanes
    assert lane_title(entry) == "clip norm + truncation, k2 5, Adam"
    (entry,) = RaceSpec(lanes="clip_value+clip_value_limit=2e-5").lanes
    assert lane_title(entry) == "clip value, limit 2·10⁻⁵"  # on a button and in a legend


@pytest.mark.parametrize(("lane", "title"), [
    ("lr=0.1234567", "learning rate 0.123457"), ("n_hidden=7", "hidden units 7"),
    ("activation=relu", "activation relu"), ("optimizer=adam", "Adam"), ("optimizer=sgd", "SGD"),
    ("optimizer=momentum+lr=0.5", "SGD + momentum 0.9, learning rate 0.5"),
    ("lstm+lstm_bias=4", "lstm, bias 4"), ("lstm+lstm_bias=1", "lstm"),
    ("leaky+leaky_fastest=0.25", "leaky, fastest 0.25"),
    ("hessian_free+hessian_free_cg_iterations=20", "hessian free, cg iterations 20"),
    ("clip_norm=false+l2=false", "without clip norm + without l2"), ("clip_norm=false+l1", "l1 + without clip norm"),
    ("clip_norm=false+optimizer=adam", "without clip norm, Adam"),
    ("truncation+truncation_carry=false+truncation_k1=3", "truncation, carry false, k1 3")])
def test_a_title_leaves_out_what_is_as_it_always_is(lane, title):
    (entry,) = RaceSpec(lanes=lane).lanes
    assert lane_title(entry) == title


def test_a_field_of_a_remedy_is_told_from_the_remedy_and_from_what_begins_alike():
    names = ("clip_norm_threshold", "clip_norm", "lstm_bias", "bias", "lr", "leaky_fastest")
    assert [field_holder(name) for name in names] == ["clip_norm", None, "lstm", None, None, "leaky"]


def test_the_baseline_is_named_by_its_optimizer_and_its_remedies():
    assert Baseline.from_values({"optimizer": "momentum", "clip_norm": True}).title == "SGD + momentum 0.9 + clip norm"
    assert Baseline().title == "SGD"


def test_the_values_of_a_page_that_are_no_experiment_s_are_left_alone():
    made = Baseline.from_values({"lr": 0.2, "lanes": (), "seeds": 3, "n_hidden": 5})
    assert made.experiment == Experiment.from_values({"lr": 0.2, "n_hidden": 5})
    assert made.parameters() == flat_parameters()


def test_what_has_no_effect_has_none_on_any_lane_either():
    """The radius where a remedy makes the matrix; the spread of a Gaussian one everywhere."""
    made = Baseline.from_values({"orthogonal_init": True, "shape": "gaussian"})
    alone = made.without_effect({"lanes": ()})
    assert {"rho", "spread"} <= set(alone)
    assert alone == made.experiment.without_effect()
    off = (("orthogonal_init", False),)
    found = made.without_effect({"lanes": (off,)})
    assert ("rho" in found, found["spread"]) == (False, alone["spread"])
    clipped = (("clip_norm", True),)
    assert "rho" in made.without_effect({"lanes": (clipped, (), clipped)})
    assert "rho" not in made.without_effect({"lanes": (clipped, (), off)})
    refused = (("lstm", True), ("gru", True))  # it has no network: the next one is still looked at
    assert "rho" in made.without_effect({"lanes": (refused,)})
    assert "rho" not in made.without_effect({"lanes": (refused, off)})


def test_what_the_parameter_itself_calls_legal_passes_and_what_it_calls_illegal_is_refused():
    legal, illegal = list(LANES.legal()), list(LANES.illegal())
    assert [len(LANES.check("lanes", value)) for value in legal] == [0, 1, 1, 3, 0]
    for value in illegal:
        with pytest.raises(ParameterError):
            LANES.check("lanes", value)
    assert len(illegal) == 11


ALLOWED = f"lanes must be at most 6 lanes such as clip_norm+truncation,clip_norm of {', '.join(remedies())}, got "


@pytest.mark.parametrize(("value", "got"), [
    ("no_such", "no_such."), ("clip_norm,<b>", "<b>."), ("seed=3", "seed=3."),
    ("clip_norm_threshold", "clip_norm_threshold."),
    ("", "nothing."), ("  ", "nothing."), (None, "None."), (3, "3."), (",".join(["l2"] * 7), "7 lanes."),
    ([["lstm"]], "['lstm']."),
    ([[("task", "copy")]], "task."),
    ("clip_norm_threshold=0", "clip_norm_threshold=0: clip_norm_threshold must be a number from 0.0001 to 10000, got "
                              "0."),
    ([[("clip_norm_threshold", 0.0)]], "clip_norm_threshold=0.0: clip_norm_threshold must be a number from 0.0001 to "
                                       "10000, got 0.0.")])
def test_lanes_that_are_not_allowed_are_refused_by_name_with_the_part_that_is_wrong(value, got):
    with pytest.raises(ParameterError) as error:
        LANES.check("lanes", value)
    assert str(error.value) == ALLOWED + got


def test_seven_lanes_are_one_too_many_and_six_are_not():
    assert len(LANES.parse("lanes", ",".join(["l2"] * 6))) == 6


def test_what_a_race_says_of_its_settings():
    said = {name: (p.label, p.symbol, p.unit, p.help, p.default) for name, p in RaceSpec.parameters().items()}
    assert said == {
        "lanes": ("Lanes", "", "", "What runs beside the baseline.", ()),
        "seeds": ("Seeds in every lane", "S", "seeds", "Each is another network and other batches; all lanes have the "
                  "same ones. The line is the median over the seeds.", 3),
        "card": ("Card", "", "", "The remedy that is explained below the race.", "none"),
        "band": ("Band around the median", "", "", "How far the seeds lie apart.", "range"),
        "reach_level": ("Level of the horizon", "", "", "The horizon of a lane is the first lag at which ‖∂h_T/∂h_k‖ "
                        "is below it. No lane begins again when it is moved.", 1e-3)}
    assert RaceSpec.parameters()["band"].options == {"range": "lowest to highest seed",
                                                     "quartiles": "middle half of the seeds"}
    titles = {name: remedy.title for name, remedy in remedies().items()}
    assert RaceSpec.parameters()["card"].options == {"none": "none", **titles}


def test_a_lane_may_differ_in_its_network_its_optimizer_and_its_remedies_and_in_nothing_that_all_share():
    shared = {"task", "seq_len", "batch", "waveform", "steps", "dtype", "seed", "eigenvalues", "moved"}
    assert set(lane_parameters()) == set(flat_parameters()) - shared
