"""What W_hh and phi are in a gated cell; the plain cell has one of each, and nothing to explain."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "phi.lstm": "In the LSTM φ acts in the candidate g_t and in the output h_t = o_t φ(c_t), as published tanh. W_hh "
                "is the candidate's.",
    "phi.gru": "In the GRU φ acts in the candidate N_t, as published tanh. W_hh is the candidate's.",
    "no_bound": "the gates of {cell} change with every input, and W_hh is its candidate's alone: (sigma_max gamma)^lag "
                "bounds nothing here, and rho^lag is no rate",
})
