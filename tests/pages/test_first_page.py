"""What the first visitor of a server does not wait for: seen in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPENED = """
import json, sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("_script.py", default_timeout=60).run()
charts = [element for element in page.get("bidi_component") if element.proto.component_name == "chart"]
print(json.dumps([len(charts), sorted(sys.modules)]))
"""


def test_the_first_page_comes_without_what_takes_long_to_load(tmp_path):
    program = tmp_path / "opened.py"
    program.write_text(OPENED.replace("_script.py", str(ROOT / "pages" / "_script.py")))
    done = subprocess.run([sys.executable, program], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    charts, loaded = json.loads(done.stdout)
    assert charts
    assert {"core.topics.playground.view", "numpy"} <= set(loaded)
    assert {"torch", "pandas", "pyarrow", "scipy", "matplotlib", "streamlit.emojis"} & set(loaded) == set()
