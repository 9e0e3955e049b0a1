"""How much is allowed, and what happens to a run, a race, a page's own work or a command that would hold more."""

import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.command.main import main
from core.live import host
from core.live.host import LEAST, MEMORY, MOST, UPDATE, allowed_bytes, cgroup_limits, machine_bytes
from core.live.limits import largest_batch, race_refused, refused
from core.live.memory import race_bytes, run_bytes, trainer_need
from core.live.run import LiveRun
from core.live.seconds import race_cost, run_cost
from core.live.slot import UpdateSlot
from core.parameters import ParameterError
from core.topics.derivation.corrections.bounded import bounded, one_pass
from core.topics.jacobians.long_sequence import long_reach
from core.topics.playground.presets import PRESETS
from core.topics.race.demos.base import demos
from core.topics.race.demos.outcome import demo_values
from core.topics.race.entries import RaceSpec, lane_experiment
from core.topics.race.presets import RACES
from core.topics.race.race import Race
from core.topics.truncation.cost import cost_pieces, pair_bytes, pair_cost
from core.topics.truncation.dropped_gradient import bounded_batch, dropped_pieces, split_bytes
from core.topics.truncation.presets import PRESETS as TRUNCATION_PRESETS
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from core.training.truncated_pairs import map_of
from tests.helpers.live_runs import SMALL, changed, live, stepped
from tests.helpers.races import entrants, race
from tests.helpers.traced import traced

DEAR = Experiment.from_values({"n_hidden": 128, "seq_len": 1000, "batch": 256, "lstm": True})
LINK = "lstm,gru,leaky,omega,echo_state,hessian_free"
LARGEST_SHIPPED = 280  # MB, a demo of Hessian-free optimization: five seeds with batches of 200


def allow(monkeypatch, size):
    monkeypatch.setenv(MEMORY, repr(size / 1e6))


# -- how much ---------------------------------------------------------------------------------------------

def test_a_quarter_of_what_the_machine_has_is_allowed_up_to_a_gigabyte(monkeypatch):
    monkeypatch.delenv(MEMORY, raising=False)
    assert allowed_bytes() == max(min(machine_bytes() // 4, MOST), min(LEAST, machine_bytes() / 2))
    if (said := Path("/proc/meminfo")).exists():
        kilobytes = re.search(r"MemTotal:\s+(\d+) kB", said.read_text())[1]
        assert 0 < machine_bytes() <= 1024 * int(kilobytes)


def test_the_host_sets_another_limit_in_megabytes(monkeypatch):
    monkeypatch.setenv(MEMORY, "12.5")
    assert allowed_bytes() == 12_500_000


@pytest.mark.parametrize("text", ["", "many", "0", "-3", "nan", "inf"])
def test_a_limit_that_is_no_number_above_0_is_one_line(monkeypatch, text):
    monkeypatch.setenv(MEMORY, text)
    with pytest.raises(ParameterError) as error:
        allowed_bytes()
    assert str(error.value) == f"{MEMORY} must be a number of megabytes above 0, got {text or 'nothing'}."
    assert refused(SMALL, run_cost).text == str(error.value)


def test_a_machine_that_does_not_say_what_it_has_is_taken_for_a_small_one(monkeypatch):
    monkeypatch.delattr(host.os, "sysconf")
    assert machine_bytes.__wrapped__() <= host.UNKNOWN


def test_a_container_that_leaves_less_than_the_machine_has_is_what_counts(monkeypatch):
    monkeypatch.setattr(host, "cgroup_limits", lambda *_: [10**18, 7_000_000])
    assert machine_bytes.__wrapped__() == 7_000_000
    monkeypatch.setattr(host, "cgroup_limits", lambda *_: [10**18])
    assert machine_bytes.__wrapped__() >= machine_bytes()


def tree(root, **files):
    for path, text in files.items():
        file = root / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.mark.parametrize(("lines", "files", "found"), [
    (["0::/a/b"], {"a__b__memory.max": "max\n", "a__memory.max": "500\n", "memory.max": "900\n"}, [500, 900]),
    (["0::/"], {"memory.max": "700\n"}, [700]),
    (["0::/gone/away"], {"memory.max": "max\n"}, []),
    (["4:cpu:/a", "9:memory:/a"], {"memory__a__memory.limit_in_bytes": "300\n", "a__memory.max": "1\n",
                                    "memory__memory.limit_in_bytes": f"{2**63}\n"}, [300, 2**63]),
    (["9:cpu,memory:/"], {"memory__memory.limit_in_bytes": "40\n"}, [40]),
    (["9:memory_pressure:/"], {"memory__memory.limit_in_bytes": "40\n"}, []),
    ([], {"memory.max": "5\n"}, [])])
def test_a_container_leaves_what_its_control_groups_say(tmp_path, lines, files, found):
    assert cgroup_limits(lines, tree(tmp_path, **files)) == found


# -- the line ---------------------------------------------------------------------------------------------

def test_what_fits_exactly_is_begun_and_one_byte_less_is_refused(monkeypatch):
    allow(monkeypatch, run_bytes(SMALL))
    assert refused(SMALL, run_cost) is None
    allow(monkeypatch, run_bytes(SMALL) - 1)
    assert refused(SMALL, run_cost) is not None


@pytest.mark.parametrize("size", [1.5e9, 4e9, 60e6])
def test_the_batch_that_is_proposed_is_the_largest_that_fits(monkeypatch, size):
    allow(monkeypatch, size)
    claim = refused(DEAR, run_cost)
    held = [run_bytes(replace(DEAR, task=replace(DEAR.task, batch=batch))) for batch in range(1, 257)]
    fits = int(np.sum(np.array(held) <= size))
    told = {"held": held[-1], "allowed": size, "seq_len": 1000, "batch": 256, "n_hidden": 128, "fits": fits,
            "fits_steps": 1000 if fits else 0}
    assert {name: claim.numbers[name] for name in told} == told


def test_the_line_names_what_makes_it_large(monkeypatch):
    allow(monkeypatch, 2.04e9)
    claim = refused(DEAR.with_remedy(type(PRESETS["clip_saves"].experiment.remedies[0])()), run_cost)
    fits = claim.numbers["fits"]
    assert re.fullmatch(rf"LSTM, n = 128, T = 1000, B = 256: {-(-claim.numbers['held'] // 10**8) / 10:.1f} GB and "
                        rf"\S+ \w+ an update; this server gives 2\.0 GB\. B = {fits} fits\.", claim.text)


def test_an_update_that_would_take_too_long_is_refused_with_the_batch_that_is_quick_enough(monkeypatch):
    monkeypatch.setenv(MEMORY, "1e6")
    seconds = [run_cost(replace(DEAR, task=replace(DEAR.task, batch=batch))).seconds for batch in (100, 101)]
    monkeypatch.setenv(UPDATE, repr(sum(seconds) / 2))
    claim = refused(DEAR, run_cost)
    assert claim.numbers["fits"] == 100
    assert re.search(r"; this server gives \S+ \w+ an update\. B = 100 fits\.$", claim.text)
    monkeypatch.setenv(UPDATE, repr(race_cost([DEAR] * 2, 3).seconds / 2))
    assert 1 <= race_refused([DEAR] * 2, 3).numbers["fits"] < 256
    monkeypatch.setenv(UPDATE, "1e6")
    assert (refused(DEAR, run_cost), race_refused([DEAR] * 2, 3)) == (None, None)


def test_where_no_batch_fits_the_other_sizes_are_named(monkeypatch):
    allow(monkeypatch, 1e6)
    assert refused(DEAR, run_cost).text.endswith("Nothing fits, however small B and T are: n must be smaller.")
    assert race_refused([DEAR, DEAR], 3).text.endswith(
        "Nothing fits, however small B and T are: remedies or seeds or n must be smaller.")
    assert refused(DEAR, run_cost).numbers["fits_steps"] == 0


def test_where_not_even_one_sequence_fits_a_shorter_one_is_proposed(monkeypatch):
    def cost(T):
        return run_bytes(replace(DEAR, task=replace(DEAR.task, batch=1, seq_len=T)))

    allow(monkeypatch, cost(400))
    claim = refused(DEAR, run_cost)
    assert (claim.numbers["fits"], claim.numbers["fits_steps"]) == (1, 400)
    assert claim.text.endswith("B = 1 with T = 400 fits.")
    allow(monkeypatch, cost(DEAR.task.kind.shortest))
    assert refused(DEAR, run_cost).numbers["fits_steps"] == DEAR.task.kind.shortest
    allow(monkeypatch, cost(DEAR.task.kind.shortest) - 1)
    assert refused(DEAR, run_cost).numbers["fits"] == 0


def test_a_race_is_refused_for_all_its_lanes_and_seeds_together(monkeypatch):
    base = Experiment.from_values({"n_hidden": 16, "seq_len": 50, "batch": 16})
    lanes = [base, *(lane_experiment(base, entry) for entry in RaceSpec(lanes=LINK).lanes)]
    allow(monkeypatch, race_bytes(lanes, 3))
    assert race_refused(lanes, 3) is None
    for more, seeds in ((lanes, 4), ([*lanes, base], 3)):
        claim = race_refused(more, seeds)
        assert (claim.numbers["remedies"], claim.numbers["seeds"]) == (len(more) - 1, seeds)
        assert claim.text.startswith(f"{len(more) - 1} remedies, {seeds} seeds, n = 16, T = 50, B = 16: ")


def test_everything_that_is_shipped_fits_on_a_small_host(monkeypatch):
    monkeypatch.setenv(MEMORY, str(LARGEST_SHIPPED))
    runs = [*PRESETS.values(), *TRUNCATION_PRESETS.values()]
    assert [one.name for one in runs if refused(one.experiment, run_cost)] == []
    shipped = {name: one.values for name, one in RACES.items()}
    shipped |= {name: demo_values(one) for name, one in demos().items()}
    for name, values in shipped.items():
        spec = RaceSpec(**{key: values[key] for key in RaceSpec.parameters() if key in values})
        base = Experiment.from_values({key: v for key, v in values.items()
                                       if key not in RaceSpec.parameters() and key not in ("pace", "until_solved")})
        lanes = [base, *(lane_experiment(base, entry) for entry in spec.lanes)]
        assert race_refused(lanes, spec.seeds) is None, name


def test_the_link_that_killed_the_server_is_refused_on_a_large_machine(monkeypatch):
    allow(monkeypatch, 24e9)
    base = replace(DEAR, remedies=())
    lanes = [base, *(lane_experiment(base, entry) for entry in RaceSpec(lanes=LINK).lanes)]
    assert race_refused(lanes, 8).numbers["held"] > 100e9


# -- a run ------------------------------------------------------------------------------------------------

def test_a_run_that_would_hold_too_much_shows_the_same_network_on_one_sequence_and_plays_nothing(monkeypatch):
    allow(monkeypatch, 1.5e9)
    found = traced(lambda: LiveRun(DEAR, UpdateSlot()))
    assert found.peak < 120e6
    run = LiveRun(DEAR, UpdateSlot())
    assert run.experiment == replace(DEAR, task=replace(DEAR.task, batch=1))
    line = refused(DEAR, run_cost).text
    assert run.refused == f"{line} What is drawn is a run that fits, with a batch of 1."
    for act in (run.play, run.step, lambda: run.play(to=3)):
        act()
        assert (run.state, run.updates, run._thread) == ("ready", 0, None)
    assert run.apply(run.experiment)  # what is shown in its place is asked for
    run.step(None)
    assert (run.refused, run.updates) == (None, 1)


def test_where_not_even_one_sequence_fits_the_defaults_are_shown(monkeypatch):
    allow(monkeypatch, 1e6)
    run = LiveRun(DEAR, UpdateSlot())
    assert (run.experiment, run.refused is None) == (Experiment(), False)
    assert run.apply(Experiment())  # the defaults are too much as well
    assert run.refused is not None


def test_a_run_keeps_its_updates_when_a_change_is_refused_and_takes_the_next_that_fits(monkeypatch):
    run, larger = stepped(updates=3), changed(SMALL, batch=256)
    allow(monkeypatch, run_bytes(SMALL))
    assert run.apply(larger)
    assert (run.experiment, run.updates, run.refused is None) == (SMALL, 3, False)
    run.step()
    run.reset(larger)
    assert (run.experiment, run.updates) == (SMALL, 3)
    assert run.apply(SMALL)
    run.step()
    assert (run.refused, run.updates) == (None, 4)
    allow(monkeypatch, run_bytes(larger))
    assert run.apply(larger)
    assert (run.refused, run.experiment) == (None, larger)


def test_settings_that_stay_the_same_wait_for_nobody():
    run, slot = live(), UpdateSlot()
    run._slot = slot
    applied = threading.Event()
    with slot, run._lock:  # an update of this run is under way
        thread = threading.Thread(target=lambda: (run.apply(SMALL), applied.set()), daemon=True)
        thread.start()
        assert applied.wait(60.0)
    other = threading.Thread(target=run.apply, args=(changed(SMALL, lr=0.2),), daemon=True)
    with slot:
        other.start()
        other.join(0.05)
        assert run.experiment == SMALL  # a change does wait
    other.join(60.0)
    assert run.experiment.training.lr == 0.2


# -- a race -----------------------------------------------------------------------------------------------

def test_a_race_that_would_hold_too_much_builds_no_lane(monkeypatch):
    lanes = entrants(replace(DEAR, remedies=()), LINK)
    allow(monkeypatch, 1.5e9)

    def pressed():
        made = Race(lanes, range(8), UpdateSlot())
        made.play()
        made.step()
        made.reset()
        return made, made.view()

    found = traced(pressed)
    assert found.peak < 30e6
    made, view = pressed()
    assert (made._thread, view.state, view.front, len(view.lanes)) == (None, "ready", 0, 7)
    assert all("replicas" not in vars(lane) for lane in made._lanes)


def test_a_race_that_is_on_pauses_when_a_lane_is_added_that_does_not_fit(monkeypatch):
    base = changed(SMALL, steps=20000)
    made = race(base, "clip_norm")
    allow(monkeypatch, race_bytes([one.experiment for one in entrants(base, "clip_norm")], 3))
    made.play()
    while made.front < 3:
        pass
    made.apply(entrants(base, "clip_norm,lstm"), (0, 1, 2), False)
    made._thread.join(60.0)
    assert (made.state, made.refused is None, made._lanes[2].updates) == ("paused", False, 0)
    assert made._lanes[0].updates >= 3  # what was raced stays
    assert "replicas" not in vars(made._lanes[2])
    made.play()
    assert made.state == "paused"
    made.apply(entrants(base, "clip_norm"), (0, 1, 2), False)
    assert made.refused is None
    made.step()
    assert made.state == "paused"


def test_a_new_lane_does_not_make_the_first_update_that_was_under_way_when_it_was_refused(monkeypatch):
    made = race(SMALL, "clip_norm")
    made.step()
    made._thread.join(60.0)
    allow(monkeypatch, race_bytes([SMALL], 3))
    made.apply(entrants(SMALL, "clip_norm,l2"), (0, 1, 2), False)
    assert (made.front, made._lanes[2].updates, made._turn()) == (1, 0, None)


def test_a_lane_that_was_refused_is_measured_when_it_fits(monkeypatch):
    allow(monkeypatch, race_bytes([SMALL], 3))
    made = Race(entrants(SMALL, "clip_norm"), (0, 1, 2), UpdateSlot())
    assert [len(lane.flow.x) for lane in made.view().lanes] == [0, 0]
    made.apply(entrants(SMALL, None), (0, 1, 2))
    (lane,) = made.view().lanes
    assert (made.refused, len(lane.flow.x)) == (None, SMALL.task.seq_len)


# -- other work -------------------------------------------------------------------------------------------

TRUNCATED = Experiment.from_values({"n_hidden": 16, "seq_len": 100, "batch": 64, "truncation": True,
                                    "truncation_k1": 25})


@pytest.mark.parametrize("values", [{}, {"lstm": True}, {"task": "sine"}], ids=["plain", "lstm", "sine"])
def test_what_truncation_loses_is_measured_on_as_many_sequences_as_fit_beside_the_run(monkeypatch, values):
    asked, chunks = changed(TRUNCATED, **values), map_of(TRUNCATED)
    for _ in dropped_pieces(asked):  # what is cached at the first call is nobody's
        pass
    whole = replace(asked, task=replace(asked.task, batch=200))
    assert bounded_batch(whole, chunks) == whole
    found = traced(lambda: list(dropped_pieces(whole))[-1:])
    assert found.peak <= split_bytes(whole) <= 1.6 * found.peak + 4e6
    allow(monkeypatch, run_bytes(asked) - trainer_need(asked).peak + split_bytes(asked) // 2)
    small = bounded_batch(asked, chunks)
    assert 1 < small.task.batch < asked.task.batch
    assert run_bytes(asked) - trainer_need(asked).peak + split_bytes(small) <= allowed_bytes()
    allow(monkeypatch, 1)
    assert bounded_batch(asked, chunks).task.batch == 1


def test_the_cost_of_truncation_leaves_out_the_lengths_that_do_not_fit(monkeypatch):
    asked = changed(TRUNCATED, batch=8)
    longer = changed(asked, seq_len=100)
    monkeypatch.setattr("core.topics.truncation.cost.ROUNDS", (1, 1))
    assert pair_bytes(longer) > 1.9 * trainer_need(longer).peak
    allow(monkeypatch, pair_bytes(longer) - 1)
    *_, (share, found) = cost_pieces(asked)
    assert (share, found.T.tolist()) == (1.0, [50])
    assert found.left_out.text == f"T = 100 and longer: {refused(longer, pair_cost).text}"


def test_a_long_sequence_is_as_long_as_fits(monkeypatch):
    asked = Experiment.from_values({"n_hidden": 8, "activation": "linear"})
    V = Trainer(asked).network.V
    allow(monkeypatch, 12e6)
    with pytest.raises(ParameterError, match=r"^length must be at most (\d+) for n_hidden = 8 \(12 MB are allowed "
                                             r"here\), got 65536\.$") as error:
        next(long_reach(asked, 65536, V))
    most = int(str(error.value).split()[5])
    found = traced(lambda: list(long_reach(asked, most, V))[-1])
    assert 8 * (8 + 5 + 1) * most < found.peak <= 12e6  # slopes, inputs and norms at the least


def test_what_the_derivation_trains_is_bounded_by_the_memory_too(monkeypatch):
    plain = changed(DEAR, lstm=False, n_hidden=16)
    monkeypatch.delenv(MEMORY, raising=False)
    free, _ = bounded(plain, one_pass)
    allow(monkeypatch, trainer_need(free).peak - 1)
    small, note = bounded(plain, one_pass)
    assert trainer_need(small).peak < trainer_need(free).peak
    assert f"{small.task.batch} sequences instead of 256" in str(note)


def test_the_largest_batch_is_found_among_those_asked_for():
    need = run_bytes
    assert largest_batch(SMALL, 7, need, 10**12) == 7
    assert largest_batch(SMALL, 7, need, need(changed(SMALL, batch=5))) == 5
    assert largest_batch(SMALL, 7, need, 10) == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", ["train", "jacobian", "map", "singular", "verdict"])
def test_a_command_that_would_hold_too_much_is_one_line_and_allocates_nothing(monkeypatch, capsys, command):
    monkeypatch.setenv(MEMORY, "500")
    asked = ["--n_hidden=128", "--seq_len=300", "--batch=256", "--gru"]
    codes = []
    found = traced(lambda: codes.append(main([command, *asked])))
    out, err = capsys.readouterr()
    assert (codes, out, found.peak < 5e6) == ([2], "", True)
    assert re.fullmatch(rf"python -m core {command}: GRU, n = 128, T = 300, B = 256: [\d.]+ [GM]B"
                        r"( and \S+ \w+ an update)?; this server gives 500 MB\. B = \d+ fits\.\n", err)


@pytest.mark.parametrize("command", ["spectrum", "powers"])
def test_a_command_that_needs_no_batch_is_not_refused_for_it(command):
    done = subprocess.run([sys.executable, "-m", "core", command, "--batch=256", "--seq_len=1000"], capture_output=True,
                          text=True, env={**host.os.environ, MEMORY: "1"}, check=False)
    assert (done.returncode, "this server gives" in done.stderr) == (0, False)


def test_the_published_experiment_is_bounded_by_its_sizes(monkeypatch, capsys):
    monkeypatch.setenv(MEMORY, "200")
    assert main(["published", "--longest=1000", "--shortest=1000", "--batch=256", "--updates=1"]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert "Vanishing-gradient regulariser, n = 100, T = 1000, B = 256: " in err
