"""What each page teaches: one room a page, with what it computes, says and draws. A topic uses the engine; no topic is
used by it. Its sentences stand in its words.py."""
