"""What is allowed and the line that says what is not, word by word, with sizes that are known beforehand; what runs and
races hold is measured in test_memory.py, and what is done about it in test_limits.py."""

from pathlib import Path

import pytest

from core.cost import Cost
from core.live import host, limits
from core.live.host import MEMORY, UPDATE, allowed_bytes, allowed_seconds, cgroup_limits, machine_bytes
from core.live.limits import check, largest_batch, race_refused, refused
from core.parameters import ParameterError
from core.training.experiment import Experiment
from tests.helpers.looks import kept

ASKED = {"n_hidden": 16, "seq_len": 50, "batch": 40}


def asked(**values):
    return Experiment.from_values({**ASKED, **values})


def need(experiment):
    """A million bytes a sequence, and half a million."""
    return 500_000 + 1_000_000 * experiment.task.batch


def cost(experiment):
    """And a tenth of a second a sequence."""
    return Cost(need(experiment), 0.1 * experiment.task.batch)


def race(lanes, seeds):
    return Cost(sum(need(one) * seeds for one in lanes), sum(cost(one).seconds * seeds for one in lanes))


@pytest.fixture
def allow(monkeypatch):
    return lambda megabytes: monkeypatch.setenv(MEMORY, str(megabytes))


WEIGHING = {"plain": {}, "clipped": {"clip_norm": True, "l2": True}, "GRU": {"gru": True, "clip_norm": True},
            "Omega": {"omega": True}, "generator": {"task": "generator", "teacher_forcing": True},
            "leaky": {"leaky": True, "truncation": True},
            "two": {"task": "generator", "teacher_forcing": True, "leaky": True}}
ALLOWED = {"all": (40.5, 30), "one less": (40.4, 30), "half": (20.49, 30), "one": (1.5, 30), "none": (1.4, 30),
           "no number": ("much", 30), "half of the seconds": (40.5, 2.01), "no second": (40.5, 0.09),
           "less of both": (20.49, 0.5), "no number of seconds": (40.5, "long")}


def lines(megabytes, seconds):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MEMORY, str(megabytes))
        patch.setenv(UPDATE, str(seconds))
        patch.setattr(limits, "race_cost", race)
        found = [(name, refused(asked(**values), cost)) for name, values in WEIGHING.items()]
        found += [("memory alone", refused(asked(), lambda one: Cost(need(one), 0.0)))]
        found += [("race", race_refused([asked(lstm=True), asked()], 3)), ("alone", race_refused([asked()], 1))]
    return [f"{name}: {claim and (claim.name, claim.text, dict(claim.numbers))}" for name, claim in found]


CASES = {name: lambda given=given: lines(*given) for name, given in ALLOWED.items()}


@pytest.mark.parametrize("name", CASES)
def test_the_line_word_by_word(name):
    assert CASES[name]() == kept("limits")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("limits")) == list(CASES)


def test_where_it_fits_nothing_is_raised_and_else_the_line(allow):
    allow(40.5)
    check(asked(), cost)
    allow(40.4)
    with pytest.raises(ParameterError) as error:
        check(asked(), cost)
    assert str(error.value) == refused(asked(), cost).text


@pytest.mark.parametrize(("room", "batch"), [(40.5, 40), (60.0, 40), (40.4, 39), (20.5, 20), (20.49, 19), (1.5, 1),
                                             (1.4, 0)])
def test_the_largest_batch_up_to_the_one_asked_for(room, batch):
    assert largest_batch(asked(), 40, need, int(room * 1e6)) == batch


@pytest.mark.parametrize(("text", "size"), [("12.5", 12_500_000), ("1e3", 10**9), ("0.000001", 1)])
def test_the_host_says_it_in_megabytes(allow, text, size):
    allow(text)
    assert allowed_bytes() == size


@pytest.mark.parametrize("text", ["", "many", "0", "-3", "nan", "inf"])
def test_what_is_no_number_above_0_is_one_line(allow, text):
    allow(text)
    with pytest.raises(ParameterError) as error:
        allowed_bytes()
    assert str(error.value) == f"VISITOR_MEMORY_MB must be a number of megabytes above 0, got {text or 'nothing'}."


@pytest.mark.parametrize(("machine", "given"), [(24e9, 1e9), (4e9, 1e9), (3.9e9, 975e6), (1.2e9, 3e8), (1e9, 3e8),
                                                (6e8, 3e8), (5e8, 2.5e8), (1003, 501)])
def test_where_the_host_says_nothing_it_is_a_share_of_the_machine(monkeypatch, machine, given):
    """A quarter: at most 1 GB, and at least 300 MB where that is no more than half of it."""
    monkeypatch.delenv(MEMORY, raising=False)
    monkeypatch.setattr(host, "machine_bytes", lambda: machine)
    assert allowed_bytes() == given


def test_where_the_host_says_nothing_an_update_may_take_half_a_minute(monkeypatch):
    monkeypatch.delenv(UPDATE, raising=False)
    assert allowed_seconds() == 30.0
    monkeypatch.setenv(UPDATE, "0.25")
    assert allowed_seconds() == 0.25


def machine(monkeypatch, pages=1000, found=()):
    """Bytes of a machine with so many pages of 10 bytes, in containers with these limits."""
    monkeypatch.setattr(host.os, "sysconf", lambda name: {"SC_PHYS_PAGES": pages, "SC_PAGE_SIZE": 10}[name])
    asked_for = []
    monkeypatch.setattr(host, "cgroup_limits", lambda lines, root: asked_for.append((lines, root)) or list(found))
    return machine_bytes.__wrapped__(), asked_for


@pytest.mark.parametrize(("found", "size"), [((), 10_000), ((10**9,), 10_000), ((10**9, 700), 700)])
def test_a_machine_has_its_pages_or_what_its_containers_leave(monkeypatch, found, size):
    told, ((lines, root),) = machine(monkeypatch, found=found)
    assert told == size
    assert root == Path("/sys/fs/cgroup")
    own = Path("/proc/self/cgroup")
    assert lines == (own.read_text().splitlines() if own.exists() else [])


@pytest.mark.parametrize("error", [AttributeError, ValueError, OSError])
def test_a_machine_that_does_not_say_it_is_taken_to_have_four_gigabytes(monkeypatch, error):
    def silent(_):
        raise error

    monkeypatch.setattr(host.os, "sysconf", silent)
    monkeypatch.setattr(host, "cgroup_limits", lambda *_: [])
    assert machine_bytes.__wrapped__() == 4_000_000_000


@pytest.mark.parametrize(("lines_", "files", "found"), [
    (["0::/a/b"], {"a/b/memory.max": "max\n", "a/memory.max": "500\n", "memory.max": "900\n"}, [500, 900]),
    (["0::/a:b"], {"a:b/memory.max": "30\n"}, [30]),
    (["4:cpu:/a", "9:memory:/a"], {"memory/a/memory.limit_in_bytes": "300\n", "a/memory.max": "1\n",
                                    "memory/memory.limit_in_bytes": "800\n"}, [300, 800]),
    (["9:cpu,memory:/"], {"memory/memory.limit_in_bytes": "40\n", "memory.limit_in_bytes": "3"}, [40]),
    (["9:memory_pressure:/", "0::/"], {"memory/memory.limit_in_bytes": "40\n", "memory.max": "7"}, [7])])
def test_a_container_leaves_what_its_control_groups_say(tmp_path, lines_, files, found):
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert cgroup_limits(lines_, tmp_path) == found
