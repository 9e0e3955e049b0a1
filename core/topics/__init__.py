"""What each page teaches: one room a page, with what it computes, says and draws; its sentences stand in its words.py.
A topic may use all of the engine but the command. Of the others it may use jacobians; truncation and the derivation
also the playground."""
