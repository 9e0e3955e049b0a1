"""The printed PyTorch script is run: it prints the losses and the norms of the run, and says what it leaves out."""

import contextlib
import io
import math
import re

import numpy as np
import pytest
import torch

from core.remedies.base import remedies
from core.tasks.base import tasks
from core.topics.playground.pytorch_code import pytorch_code
from core.training.experiment import Experiment
from core.training.train import train
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI

SMALL = {"n_hidden": 7, "batch": 5, "seq_len": 12, "rho": 1.1, "input_scale": 0.7, "bias": 0.2, "seed": 4, "lr": 0.1,
         "steps": 5}
CELLS = ("vanilla", "leaky", "lstm", "gru")
CUT = {"truncation": True, "truncation_k1": 4, "truncation_k2": 4}
CLIPPED = {"clip_norm": True, "clip_norm_threshold": 0.05}
EXPERIMENTS = {
    **{f"{cell} {phi}": {"activation": phi, **({} if cell == "vanilla" else {cell: True}), "task": task}
       for cell in CELLS for phi, task in zip(PHI, ["sine", "recall", "adding", "copy"] * 2, strict=True)},
    **{f"{optimizer} {cell}": {"optimizer": optimizer, cell: True, "lr": 0.01}
       for optimizer in ("momentum", "rmsprop", "adam") for cell in ("lstm", "gru", "leaky")},
    **{f"{task} by gru": {"task": task, "gru": True} for task in tasks()},
    **{f"{name} with {cell}": {cell: True, "task": "sine", **more} for cell in ("clip_value", "lstm", "gru")
       for name, more in {
           "clip": CLIPPED, "clips": {**CLIPPED, "clip_value": True, "clip_value_limit": 0.003}, "l1": {"l1": True},
           "l1 and l2": {"l1": True, "l1_weight": 0.02, "l2": True, "l2_weight": 0.3}}.items()},
    "a clip that does nothing": {"clip_norm": True, "clip_norm_threshold": 1e4},
    "leaks of a range": {"leaky": True, "leaky_slowest": 0.01, "leaky_fastest": 1.0},
    "identity and relu": {"identity_relu": True, "identity_relu_scale": 0.9},
    "identity and relu in a gru": {"identity_relu": True, "gru": True},
    "orthogonal": {"orthogonal_init": True, "activation": "gelu"},
    "one by one": {"eigenvalues": (-0.5 + 0.3j, 0.25 + 0j), "shape": "spectrum", "alpha": 0.4},
    "back a few steps": {"truncation": True, "truncation_k2": 5, "task": "sine"},
    "back a few steps of recall": {"truncation": True, "truncation_k2": 5, "lstm": True},
    "in chunks": {**CUT, "task": "sine"}, "in chunks, lstm": {**CUT, "task": "sine", "lstm": True},
    "in chunks, gru with relu": {**CUT, "task": "copy", "gru": True, "activation": "relu"},
    "in chunks with one target": {**CUT, "task": "recall", "lstm": True, "optimizer": "adam"},
    "in chunks that look back less": {**CUT, "truncation_k2": 2, "task": "sine", "lstm": True, "activation": "elu"},
    "in chunks that begin anew": {**CUT, "truncation_k1": 5, "truncation_k2": 9, "truncation_carry": False,
                                  "task": "sine", "gru": True},
    "a last chunk that is short": {**CUT, "truncation_k1": 5, "truncation_k2": 2, "task": "sine"},
    "a truncation that cuts nothing": {"truncation": True, "truncation_k1": 12, "truncation_k2": 12, "task": "sine"},
    "a generator": {"task": "generator", "seq_len": 30, "waveform": "square"},
    "a generator by lstm": {"task": "generator", "seq_len": 30, "lstm": True, "clip_norm": True},
    "a generator by leaky units": {"task": "generator", "seq_len": 30, "leaky": True, "activation": "gelu"},
}
# sums of hundreds of products in another order: some 1e-14 a step, and five updates of it; the claim is 1e-9
TOLERANCE = 1e-9


def printed(experiment):
    """(update, loss, norm) of each line that the script prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(pytorch_code(experiment), "printed.py", "exec"), {"__name__": "__main__"})
    return np.array([[float(word) for word in line.split()] for line in out.getvalue().splitlines()])


def run_of(experiment):
    e = experiment
    return np.array([(r.step, r.loss, r.grad_norm) for r in train(e.recurrence, e.task, e.training, e.remedies)])


def left_out(text):
    return re.findall(r"^# (\w+) is left out: ", text, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("values", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_it_prints_the_losses_and_norms_of_the_run(values):
    experiment = Experiment.from_values({**SMALL, **values})
    expected = run_of(experiment)
    assert len(expected) == 5
    assert printed(experiment) == pytest.approx(expected, rel=TOLERANCE, abs=0)
    assert left_out(pytorch_code(experiment)) == []


@pytest.mark.parametrize("cell", CELLS[2:])
def test_in_float32_it_is_as_good_as_float32(cell):
    experiment = Experiment.from_values({**SMALL, cell: True, "dtype": "float32", **CLIPPED})
    assert printed(experiment) == pytest.approx(run_of(experiment), rel=1e-4)


def test_at_the_default_size_an_lstm_has_one_bias_and_the_norm_of_the_run():
    (line,) = printed(Experiment.from_values({"lstm": True, "steps": 1}))
    assert line == pytest.approx([1, 1.3777562659263054, 0.41698742733947775], rel=1e-12)


@pytest.mark.parametrize("values", [
    {"task": "adding", "activation": "linear", "rho": 2.0, "input_scale": 3.0, "lr": 10.0, "seq_len": 100},
    {"task": "adding", "lstm": True, "activation": "relu", "rho": 2.0, "input_scale": 3.0, "lr": 10.0, "seq_len": 300},
    {"task": "sine", "activation": "linear", "rho": 2.0, "input_scale": 3.0, "lr": 10.0, "seq_len": 300, **CUT,
     "truncation_k1": 50, "truncation_k2": 50},
])
def test_it_stops_where_the_run_stops(values):
    experiment = Experiment.from_values({**SMALL, **values})
    seen, expected = printed(experiment), run_of(experiment)
    assert 1 <= len(expected) < 5
    assert not np.isfinite(expected[-1, 1:]).all()
    assert len(seen) == len(expected)
    assert not np.isfinite(seen[-1, 1:]).all()
    assert seen[:-1] == pytest.approx(expected[:-1], rel=1e-6)


def test_a_gradient_beyond_float32s_squares_is_clipped_as_the_run_clips_it():
    """Entries of 1e20 and more: a norm in float32 would be inf, and the step 0."""
    experiment = Experiment.from_values({
        **SMALL, "task": "adding", "activation": "linear", "rho": 1.8, "seq_len": 42, "dtype": "float32", "lr": 1e-3,
        "clip_norm": True})
    seen, expected = printed(experiment), run_of(experiment)
    assert 1e20 < expected[:, 2].min() < expected[:, 2].max() < math.inf
    assert seen[:, 2] == pytest.approx(expected[:, 2], rel=1e-3)
    assert len(set(seen[:, 1])) == 5


ALONE = {"clip_norm", "clip_value", "l1", "l2", "lstm", "gru", "leaky", "identity_relu", "orthogonal_init"}


@pytest.mark.parametrize("name", remedies())
def test_what_it_leaves_out_is_named_and_else_it_has_it(name):
    task = "generator" if name == "teacher_forcing" else "sine"
    values = {**SMALL, "task": task, "seq_len": 30, name: True, "steps": 3, "lr": 0.3}
    if name == "truncation":
        values |= {"truncation_k1": 7, "truncation_k2": 9}  # looks back into the chunk before
    experiment = Experiment.from_values(values)
    text = pytorch_code(experiment)
    assert left_out(text) == ([] if name in ALONE else [name])
    same = printed(experiment)[:, 1] == pytest.approx(run_of(experiment)[:, 1], rel=TOLERANCE)
    assert same == (name in ALONE)
    assert ("it steps with sgd instead" in text) == (name in ("echo_state", "hessian_free"))


def test_a_truncation_is_left_out_where_a_chunk_looks_into_the_one_before_and_only_there():
    """With 12 steps and k1 = 5 the last chunk has two."""
    for k1, k2, carry, said in ((5, 2, True, False), (5, 3, True, True), (6, 6, True, False), (6, 7, True, True),
                                (5, 5, False, False), (12, 1, True, False), (1000, 1000, True, False)):
        experiment = Experiment.from_values({**SMALL, "truncation": True, "truncation_k1": k1, "truncation_k2": k2,
                                             "truncation_carry": carry, "task": "sine"})
        assert left_out(pytorch_code(experiment)) == (["truncation"] if said else []), (k1, k2, carry)


def test_of_several_each_is_named_in_a_line_of_its_own():
    experiment = Experiment.from_values({"omega": True, "clip_jacobian": True, "clip_norm": True})
    assert left_out(pytorch_code(experiment)) == ["clip_jacobian", "omega"]


@pytest.mark.parametrize(("values", "modules"), [
    ({}, "nn.RNN"), ({"activation": "relu"}, "nn.RNN"), ({"activation": "elu"}, None), ({"leaky": True}, None),
    ({"lstm": True}, "nn.LSTM"), ({"gru": True}, "nn.GRU"), ({"lstm": True, "activation": "relu"}, None),
    ({"gru": True, "activation": "sigmoid"}, None), ({"lstm": True, "identity_relu": True}, None),
])
def test_it_takes_torchs_module_where_that_is_the_same_network_and_says_that_it_has_two_biases(values, modules):
    text = pytorch_code(Experiment.from_values(values))
    assert re.findall(r"^rnn = (nn\.\w+)\(", text, re.MULTILINE) == ([modules] if modules else [])
    assert ("trains two biases" in text) == (modules is not None)
    assert ("class Recurrent" in text) == (modules is None)
    assert text.count("nn.utils.clip_grad_norm_") == 0


def test_a_clip_says_what_torchs_own_would_do():
    assert "not by nn.utils.clip_grad_norm_" in pytorch_code(Experiment.from_values({"clip_norm": True}))


def test_it_names_nothing_but_what_differs_from_the_defaults():
    text = pytorch_code(Experiment.from_values({"gru": True, "gru_bias": 2.0, "rho": 0.7}))
    assert text.split("from_values({")[1].split("})")[0].split() == ["'rho':", "0.7,", "'gru':", "True,", "'gru_bias':",
                                                                    "2.0,"]
    assert "from_values({})" in pytorch_code(Experiment())


def test_its_lines_are_short_and_it_is_python_to_the_last_line():
    for values in EXPERIMENTS.values():
        text = pytorch_code(Experiment.from_values({**SMALL, **values}))
        compile(text, "printed.py", "exec")
        assert max(map(len, text.splitlines())) <= 120
        assert "\n\n\n\n" not in text


def test_the_second_bias_of_torch_makes_the_gradient_longer_as_the_script_says():
    """Thawed, bias_hh gets what bias_ih gets: 0.417 becomes 0.523."""
    experiment = Experiment.from_values({"lstm": True, "steps": 1})
    text = pytorch_code(experiment).replace("rnn.bias_hh_l0.requires_grad_(False)\n", "")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(text, {})
    gradient = Trainer(experiment).gradient()[0]
    bias = Trainer(experiment).network.views(gradient)[0][:, -1]
    assert float(out.getvalue().split()[2]) == pytest.approx(math.sqrt(gradient @ gradient + bias @ bias), rel=1e-12)
    assert float(out.getvalue().split()[2]) == pytest.approx(0.5229, abs=5e-5)


def test_a_truncated_generator_is_trained_without_its_truncation_and_it_is_said():
    experiment = Experiment.from_values({**SMALL, "task": "generator", "seq_len": 30, "truncation": True,
                                         "truncation_k2": 5})
    assert left_out(pytorch_code(experiment)) == ["truncation"]


# -- what it says of torch, word by word, and whether it is so ------------------------------------------------

TRAINS = "trains two biases, bias_ih and bias_hh, where one would do:"
SAME = ("both get the same gradient, so that their sum moves twice as far at each step, and ||g|| is longer: a clip "
        "shortens more.")
BIASES = {
    "vanilla": f"nn.RNN {TRAINS} {SAME} bias_hh stays 0 here: the network is the run's.",
    "lstm": f"nn.LSTM {TRAINS} b_f = 1 in each is 2, {SAME} bias_hh stays 0 here: the network is the run's.",
    "gru": f"nn.GRU {TRAINS} of each gate {SAME} The gates' bias_hh stays 0 here, and the candidate keeps its two: the "
           "network is the run's.",
}
BESIDE = {  # comments after code
    "vanilla": [], "lstm": ["the order of nn.LSTM"],
    "gru": ["its reset gate acts on W_hn h + b_hn, as that of the run",
            "q and p: what the candidate reads of h and of x"],
}
LOOPS = {
    "vanilla": "Plain units with this phi, which nn.RNN has not; one bias, where nn.RNN has two.",
    "leaky": "Leaky units, which torch has not; one bias.",
    "lstm": "An LSTM with this phi in candidate and output, which nn.LSTM has not; one bias, where nn.LSTM has two.",
    "gru": "A GRU with this phi in the candidate, which nn.GRU has not; one bias for each gate, where nn.GRU has two.",
}
CLIP = ("not by nn.utils.clip_grad_norm_: it divides by the norm + 1e-6, and takes the norm in the gradient's own "
        "number type, where float32 entries of 1e20 make it inf and every gradient 0")


def script(cell="vanilla", **values):
    return pytorch_code(Experiment.from_values({**SMALL, **({} if cell == "vanilla" else {cell: True}), **values}))


def whole_lines(text):
    """Comments that have lines of their own, as one sentence."""
    return " ".join(line.strip().removeprefix("# ") for line in text.splitlines() if line.strip().startswith("# "))


def beside(text):
    return re.findall(r"\S  # (.*)", text)


COMMON = ["before its first update", "[to h | to x | bias]; of a gated cell a block of n rows each", "[W_hy | b_y]"]


@pytest.mark.parametrize("cell", BIASES)
def test_what_it_says_of_torchs_modules(cell):
    text = script(cell)
    assert whole_lines(text) == BIASES[cell]
    assert beside(text) == [*COMMON, *BESIDE[cell], "(T, B, n_in)"]


@pytest.mark.parametrize("cell", LOOPS)
def test_what_it_says_of_a_loop_of_its_own(cell):
    text = script(cell, activation="elu")
    assert re.findall(r'class Recurrent\(nn.Module\):\n    """(.*)"""', text) == [LOOPS[cell]]
    own = {"leaky": ["share of the state that is new, of each unit"],
           "gru": ["q and p: what the candidate reads of h and of x", "r acts after the product, as in nn.GRU"]}
    assert beside(text) == [*COMMON, *own.get(cell, []), "(T, B, n_in)"]


def test_what_it_says_of_the_clip_of_a_softplus_and_of_chunks():
    assert whole_lines(script("lstm", activation="relu", clip_norm=True)) == CLIP
    assert "by default it is a itself above 20, off by 2e-9 there" in beside(script(activation="softplus"))
    text = script(task="sine", **CUT)
    assert beside(text)[-2:] == ["what lies before it gets no gradient", "a chunk without a target makes no update"]
    assert re.findall(r'"""(.*?)"""', text, re.DOTALL)[1:] == [
        "One update. Returns the loss and ||g|| before any clip; where one is not finite the run stops.",
        "The same numbers, with no way back through them.",
        "Loss and ||g|| of each update: a chunk has 4 steps and goes on from the last one's state; it is looked at\n"
        "    4 steps back from its end."]
    anew = script(task="sine", **{**CUT, "truncation_k1": 5, "truncation_k2": 3}, truncation_carry=False)
    assert "a chunk has 5 steps and begins with a state of 0; it is looked at\n    3 steps back" in anew
    assert '"""Every h: after 5 given points the output is the next input."""' in script(task="generator", seq_len=30)
    assert script().splitlines()[0] == ('"""The same run in PyTorch, by autograd. Weights and batches are this '
                                        'project\'s: run it in its folder."""')


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize(("cell", "rows"), [("vanilla", slice(0, 7)), ("lstm", slice(0, 28)), ("gru", slice(0, 14))])
def test_two_biases_move_their_sum_twice_as_far(cell, rows, optimizer):
    """One step of the script, and one with the second bias thawed: of a GRU's gates too."""
    moved, text = [], script(cell, optimizer=optimizer, steps=1)
    for thawed in (False, True):
        names = {}
        code = text
        if thawed:
            code = code.replace("rnn.bias_hh_l0.requires_grad_(False)\n", "").replace(
                "rnn.bias_hh_l0.register_hook(lambda gradient: gradient * of_the_candidate)\n", "")
            assert code != text
        before, after = code.split("for update in range")
        with contextlib.redirect_stdout(io.StringIO()):
            exec(before, names)
            start = (names["rnn"].bias_ih_l0 + names["rnn"].bias_hh_l0).detach().clone()
            exec("for update in range" + after, names)
        moved.append(((names["rnn"].bias_ih_l0 + names["rnn"].bias_hh_l0).detach() - start).numpy()[rows])
    assert np.abs(moved[0]).min() > 0
    assert moved[1] == pytest.approx(2 * moved[0], rel=1e-12)


def test_torchs_own_softplus_is_off_as_said():
    own = torch.nn.functional.softplus(torch.tensor(20.0000001, dtype=torch.float64)).item() - 20.0000001
    assert own == 0.0
    assert math.log1p(math.exp(-20.0000001)) == pytest.approx(2e-9, rel=0.05)
    ours = torch.nn.Softplus(threshold=80.0)(torch.tensor(20.0000001, dtype=torch.float64)).item()
    assert ours == pytest.approx(math.log1p(math.exp(20.0000001)), rel=1e-15, abs=0)
