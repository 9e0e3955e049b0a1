"""A flag that has no effect is one line on stderr, and nothing else changes by it."""

import json

import pytest

from core.command.jsonable import jsonable
from core.command.main import COMMANDS
from core.remedies.base import remedies
from core.training.experiment import Experiment, flat_parameters
from tests.command.test_command import ran, without_seconds

SMALL = ["--n_hidden", "4", "--seq_len", "8", "--batch", "2"]
NEEDED = [(f"{remedy.name}_{name}", remedy.name) for remedy in remedies().values() for name in remedy.spec.parameters()]
LINES = {
    "--rho 0.5 --orthogonal_init": ["--rho has no effect because it is set by Orthogonal initialisation."],
    "--shape gaussian --angle 10 --orthogonal_kept": [
        "--shape has no effect because it is set by Orthogonal throughout.",
        "--angle has no effect because it is set by Orthogonal throughout."],
    "--activation gelu --identity_relu": ["--activation has no effect because it is set by Identity and ReLU (IRNN)."],
    "--rho 0.5 --optimizer adam --lr 1 --echo_state --shape gaussian": [
        "--rho has no effect because it is set by Echo state network.",
        "--optimizer has no effect because it is set by Echo state network.",
        "--lr has no effect because it is set by Echo state network."],
    "--lr 1 --hessian_free": ["--lr has no effect because it is set by Hessian-free optimization."],
    "--spread 0.5 --alpha 1 --shape gaussian": [
        "--spread has no effect because W_hh is not shaped by its eigenvalues.",
        "--alpha has no effect because W_hh is not shaped by its eigenvalues."],
    "--rho 0.5 --shape gaussian --alpha 1 --eigenvalues 0.5,0.4": [
        "--shape has no effect because it is set by the eigenvalues, one by one.",
        "--rho has no effect because it is set by the eigenvalues, one by one."],
    "--waveform square": ["--waveform has no effect because the task draws no waveform."],
    "--truncation --truncation_k2 3 --truncation_k1 200": [
        "--truncation_k1 has no effect because a sequence makes one update."],
    "--truncation --truncation_k2 8": [
        "--truncation has no effect because the whole sequence is one chunk that is looked back over."],
    "--full": ["--full has no effect because nothing is truncated."],
    "--full --truncation --truncation_k2 3": [],
    "--waveform square --task generator": [],
    "--clip_norm --clip_norm_threshold 0.1": [],
}


@pytest.mark.parametrize(("given", "told"), LINES.items(), ids=LINES)
def test_train_says_why_a_flag_has_no_effect(given, told):
    done = ran("train", *SMALL, "--steps", "2", *given.split())
    assert (done.returncode, sorted(done.stderr.splitlines())) == (0, sorted(told))


@pytest.mark.parametrize(("flag", "switch"), NEEDED)
def test_every_field_of_a_remedy_that_is_off_says_which_switch_it_needs(flag, switch):
    value = flat_parameters()[flag].spell(flat_parameters()[flag].default)
    given = [] if value == "true" else [f"--{flag}", value]
    plain = ran("train", *SMALL, "--steps", "2")
    done = ran("train", *SMALL, "--steps", "2", *(given or [f"--{flag}", "false"]))
    assert (done.returncode, done.stderr) == (0, f"--{flag} has no effect without --{switch}.\n")
    assert without_seconds(done.stdout) == without_seconds(plain.stdout)


@pytest.mark.parametrize("command", ["spectrum", "powers", "jacobian", "map", "singular"])
@pytest.mark.parametrize("given", ["--lr 1", "--optimizer adam", "--steps 7", "--clip_norm", "--l2", "--hessian_free"])
def test_a_command_that_trains_nothing_says_so_of_a_flag_of_training(command, given):
    flag = given.split()[0]
    plain, done = ran(command, *SMALL[:2]), ran(command, *SMALL[:2], *given.split())
    assert (done.returncode, done.stderr) == (0, f"{flag} has no effect on `{command}`.\n")
    assert done.stdout == plain.stdout


@pytest.mark.parametrize(("command", "given", "told"), [
    ("spectrum", "--task copy --activation relu --lstm --rho 0.5", ["task", "activation", "lstm"]),
    ("powers", "--task copy --seq_len 9 --bias 1 --orthogonal_init --orthogonal_init_scale 0.5", ["task", "bias"]),
    ("spectrum", "--echo_state --echo_state_rho 0.5 --echo_state_leak 0.5", ["echo_state_leak"]),
    ("jacobian", "--echo_state --echo_state_leak 0.5 --echo_state_ridge 1", ["echo_state_ridge"]),
    ("singular", "--task sine --truncation --truncation_k1 3 --truncation_k2 2", ["truncation_k2"]),
    ("map", "--lstm --lstm_bias 2 --sequences 2 --leaky_slowest 0.05", ["leaky_slowest"]),
])
def test_a_command_makes_use_of_what_it_says_nothing_of(command, given, told):
    done = ran(command, *SMALL[:2], *given.split())
    assert done.returncode == 0
    assert sorted(line.split()[0][2:] for line in done.stderr.splitlines()) == sorted(told)
    plain = ran(command, *SMALL[:2])
    assert json.loads(done.stdout) != json.loads(plain.stdout)


def test_a_bad_value_is_still_one_line():
    done = ran("train", "--clip_norm_threshold", "0.5", "--rho", "7")
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 1, "")


def test_states_that_are_not_finite_are_still_one_line():
    done = ran("jacobian", "--lr", "1", "--shape", "identity", "--rho", "2", "--seq_len", "1000", "--bias", "3",
               "--dtype", "float32", "--activation", "elu", "--n_hidden", "2")
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 1, "")


SMALLER = {"n_hidden": 4, "seq_len": 8, "batch": 3, "input_scale": 1.0, "rho": 0.9, "bias": 0.1}
CASES = [  # settings, changes, whether lr = 1 counts; test_every_setting has all else
    ({"steps": 1}, "1:steps=2", True), ({"steps": 3}, "1:lr=0.5", False), ({"steps": 3}, "2:lr=0.5", True),
    ({"steps": 1}, "", False), ({"steps": 2}, "", True)]


@pytest.mark.parametrize(("settings", "at", "changes"), CASES, ids=str)
def test_a_rate_that_a_change_replaces_has_no_effect(settings, at, changes):
    own = {"full": False, "at": at}
    one = Experiment.from_values({**SMALLER, **settings})
    both = one, Experiment.from_values({**SMALLER, **settings, "lr": 1.0})
    printed = [[json.dumps(jsonable({key: of for key, of in line.items() if key != "seconds"}))
                for line in COMMANDS["train"].lines(e, **own)] for e in both]
    told = [list(COMMANDS["train"].without_effect("train", e, own, ["lr"])) for e in both]
    assert (printed[0] != printed[1], all(told)) == (changes, not changes)


ANY_SIZE = "has no effect because the norm of a multiple of the identity is the same at any size."


@pytest.mark.parametrize(("command", "given", "line"), [
    ("train", "--steps 1 --lr 1", "--lr has no effect on `train --steps 1`."),
    ("verdict", "--steps 0 --lr 1", "--lr has no effect on `verdict --steps 0`."),
    ("map", "--sequences 3 --batch 2", "--sequences has no effect beyond 2 because the batch has no more."),
    ("map", "--sequences 2 --batch 2", ""),
    ("train", "--steps 2 --truncation --truncation_k1 4 --truncation_k2 9 --task sine",
     "--truncation_k2 has no effect beyond 8 because a sequence has no more steps."),
    ("train", "--steps 3 --truncation --truncation_k1 4 --truncation_k2 20 --task sine --at 2:seq_len=12",
     "--truncation_k2 has no effect beyond 12 because a sequence has no more steps."),
    ("verdict", "--steps 0 --truncation --truncation_k1 4 --truncation_k2 3 --truncation_carry false --task sine", ""),
    ("train", "--steps 2 --lr 1 --at 1:lr=0.5", "--lr has no effect because --at sets it before the first update."),
    ("map", "--shape identity --activation linear --batch 3 --sequences 2", f"--n_hidden {ANY_SIZE}\n"
     "--batch has no effect beyond 2 because the first sequences are the same in any batch."),
    ("map", "--batch 3 --sequences 3", ""),
])
def test_the_words_of_a_line(command, given, line):
    done = ran(command, *SMALL[:4], *([] if "--batch" in given else SMALL[4:]), *given.split())
    assert (done.returncode, done.stderr) == (0, line and f"{line}\n")


@pytest.mark.parametrize(("command", "own", "idle"), [
    ("jacobian", {}, True), ("map", {"sequences": 1}, True), ("powers", {}, True), ("singular", {}, False),
    ("spectrum", {"matrix": True}, False)])
def test_the_size_of_a_multiple_of_the_identity_does_nothing_where_norms_alone_are_told(command, own, idle):
    e = Experiment.from_values({"shape": "identity", "activation": "linear"})
    told = list(COMMANDS[command].without_effect(command, e, own, ["n_hidden"]))
    assert told == [f"--n_hidden {ANY_SIZE}"] * idle
