"""A server of Streamlit, which on SIGUSR1 prints where each of its threads is.

The handler is Python's, in the main thread and under the interpreter's lock. faulthandler.register would read the
frames of threads that run, and once in some fifty times it took the server down.
"""

from __future__ import annotations

import signal
import sys
import traceback

from streamlit.web.cli import main

END = "that is every thread"


def print_stacks(*_: object) -> None:
    for frame in sys._current_frames().values():
        print("".join(traceback.format_stack(frame)), file=sys.stderr)
    print(END, file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, print_stacks)
    sys.argv = ["streamlit", "run", *sys.argv[1:]]
    main()
