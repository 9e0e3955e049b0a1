"""The engine without the user interface, and its pictures without torch: seen in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import core
from core.remedies.base import remedies

ROOT = Path(__file__).resolve().parents[1]
IMPORT_ALL = """
import sys
sys.modules["streamlit"] = None  # every import of it raises
from importlib import import_module
from pkgutil import walk_packages
import core
names = [module.name for module in walk_packages(core.__path__, "core.")]
for name in names:
    import_module(name)
"""


def seen_in_a_process(program):
    """What the program prints as JSON."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_module_of_the_engine_imports_without_streamlit():
    names = seen_in_a_process(IMPORT_ALL + "import json; print(json.dumps(names))")
    files = {file for file in (ROOT / "core").rglob("*.py") if file.name != "__init__.py"}
    folders = set((ROOT / "core").rglob("__init__.py")) - {ROOT / "core/__init__.py"}
    assert len(names) == len(files) + len(folders)


def test_no_file_of_the_engine_names_streamlit():
    assert [file for file in (ROOT / "core").rglob("*.py") if "streamlit" in file.read_text()] == []


@pytest.mark.parametrize("name", ["network.spectrum", "network.weights", "bptt.backprop", "topics.jacobians.products",
                                  "training.experiment", "training.trainer"])
def test_a_module_that_draws_the_first_picture_does_not_load_torch(name):
    loaded = seen_in_a_process(f"import sys, json, core.{name}; print(json.dumps(sorted(sys.modules)))")
    assert "numpy" in loaded
    assert "torch" not in loaded


def test_measuring_a_network_does_not_load_torch_and_updating_it_does():
    loaded = seen_in_a_process(
        "import sys, json\n"
        "from core import Experiment, Trainer\n"
        "trainer, seen = Trainer(Experiment()), []\n"
        "for act in (trainer.measure, trainer.update):\n"
        "    act()\n"
        "    seen.append('torch' in sys.modules)\n"
        "print(json.dumps(seen))")
    assert loaded == [False, True]


def test_what_a_script_imports_from_the_engine_is_there_and_nothing_else():
    named = {name: getattr(core, name) for name in core.__all__}
    assert all(found.__name__ == name for name, found in named.items())
    assert core.ClipNorm is remedies()["clip_norm"].spec
    with pytest.raises(ImportError, match="cannot import name 'ClipNrom'"):
        from core import ClipNrom  # noqa: F401


@pytest.mark.parametrize("variable", ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"])
def test_the_engine_asks_for_one_thread_before_numpy_is_loaded(variable):
    program = (f"import os, sys, json; os.environ.pop('{variable}', None); import core;"
               f"print(json.dumps([os.environ['{variable}'], 'numpy' in sys.modules]))")
    assert seen_in_a_process(program) == ["1", False]
