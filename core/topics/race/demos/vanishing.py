"""Where the gradient vanishes, and what carries it."""

from __future__ import annotations

from core.topics.race.demos.base import Demo

# W_hh^49 is below 10^-6: the first symbol is forgotten before training can begin
FORGETTING = {"n_hidden": 32, "shape": "gaussian", "rho": 0.7, "clip_norm": True}
BALL = {"optimizer": "momentum"}
GATED = {**FORGETTING, **BALL, "input_scale": 1.0}  # an input that is strong enough to write through a gate
GRU = {**GATED, "lr": 0.15}
BASELINE = "SGD + momentum, clipped at 1, plain tanh units with ρ = 0.7"

DEMOS = (
    Demo(name="omega_carries", remedy="omega", title="Ω opens the way back",
         look="‖∂L/∂h_t‖ falls to nothing towards t = 1. With Ω it flattens within some tens of updates, and then the "
              "accuracy rises.",
         base={**FORGETTING, **BALL}, on={"omega": True, "omega_weight": 2.0}, updates=600, baseline=BASELINE,
         kind="solves", claim="With Ω at weight 2 the symbol is recalled over 50 steps; SGD + momentum alone stays at "
                              "chance."),
    Demo(name="leaky_carries", remedy="leaky", title="Leaky units keep the order",
         look="Every unit keeps four fifths of its state at each step, so the two special symbols are still there at "
              "the end.",
         base={"task": "temporal_order", "n_hidden": 32, "angle": 180.0, "optimizer": "momentum", "lr": 0.05,
               "clip_norm": True},
         on={"leaky": True, "leaky_slowest": 0.2, "leaky_fastest": 0.2}, updates=400,
         baseline="SGD + momentum, clipped at 1, plain tanh units with an orthogonal W_hh", kind="solves",
         claim="Leaky units learn temporal order over 50 steps where plain ones with SGD + momentum do not."),
    Demo(name="orthogonal_init_carries", remedy="orthogonal_init", title="An orthogonal start",
         look="‖∂h_T/∂h_k‖ begins near 1 at every lag instead of falling to nothing.",
         base={**FORGETTING, **BALL}, on={"orthogonal_init": True}, updates=400, baseline=BASELINE, kind="solves",
         claim="With an orthogonal W_hh at the start, SGD + momentum recalls the symbol over 50 steps; from a Gaussian "
               "one it stays at chance."),
    Demo(name="orthogonal_kept_copies", remedy="orthogonal_kept", title="Kept orthogonal, it copies",
         look="W_hh stays orthogonal at every update: only tanh can shrink what is carried.",
         base={**FORGETTING, **BALL, "task": "copy", "seq_len": 30}, on={"orthogonal_kept": True}, updates=200,
         baseline=BASELINE, kind="solves",
         claim="Kept orthogonal, W_hh copies three symbols over a delay; free and Gaussian, with SGD + momentum, it "
               "stays at chance."),
    Demo(name="identity_relu_carries", remedy="identity_relu", title="Identity and ReLU hold a symbol",
         look="At the start the state is handed on unchanged, and so is its gradient.",
         base=FORGETTING, on={"identity_relu": True}, updates=300,
         baseline="SGD, clipped at 1, plain tanh units with ρ = 0.7", kind="solves",
         claim="The identity with ReLU recalls a symbol over 50 steps with plain SGD; tanh units that forget do not."),
    Demo(name="lstm_carries", remedy="lstm", title="An LSTM that begins open",
         look="With a forget bias of 4 the cell keeps 98 % of c at each step: compare ∂L/∂c with ∂L/∂h.",
         base=GATED, on={"lstm": True, "lstm_bias": 4.0}, updates=150, baseline=BASELINE, kind="solves",
         claim="An LSTM with forget bias 4 recalls the symbol over 50 steps; plain units, with the same SGD + "
               "momentum, stay at chance."),
    Demo(name="lstm_bias", remedy="lstm", title="The forget bias decides",
         look="Both lanes are LSTMs. With a bias of 1 the gates keep 73 % a step: over 49 steps 10^-7 of it is left.",
         base={**GATED, "lstm": True, "lstm_bias": 1.0}, on={"lstm_bias": 4.0}, updates=150,
         baseline="the same LSTM with forget bias 1, SGD + momentum, clipped at 1", kind="solves",
         claim="Forget bias 4 recalls the symbol over 50 steps; bias 1, with the same SGD + momentum, does not."),
    Demo(name="gru_carries", remedy="gru", title="A GRU that begins closed",
         look="With an update bias of 3 the unit keeps 95 % of its state at each step.",
         base=GRU, on={"gru": True, "gru_bias": 3.0}, updates=400, baseline=BASELINE, kind="solves",
         claim="A GRU with update bias 3 recalls the symbol over 50 steps; plain units, with the same SGD + "
               "momentum, hardly ever do in as many updates."),
    Demo(name="gru_bias", remedy="gru", title="The update bias decides",
         look="Both lanes are GRUs. With a bias of 0 half of the state is replaced at each step.",
         base={**GRU, "gru": True, "gru_bias": 0.0}, on={"gru_bias": 3.0}, updates=400,
         baseline="the same GRU with update bias 0, SGD + momentum, clipped at 1", kind="solves",
         claim="Update bias 3 recalls the symbol over 50 steps; bias 0, with the same SGD + momentum, does not."),
    Demo(name="teacher_forcing_draws", remedy="teacher_forcing", title="Held by a teacher, it learns to draw",
         look="The loss is that of the free run in both lanes. Without a teacher every early mistake is fed back, and "
              "the gradient has to travel through all of them.",
         base={"task": "generator", "n_hidden": 32, "lr": 0.1, "clip_norm": True}, on={"teacher_forcing": True},
         updates=400, baseline="SGD, clipped at 1, always running freely", kind="solves",
         claim="Trained on the right last value, the network draws a figure of eight for 45 steps by itself; trained "
               "on its own output, SGD hardly ever gets there in as many updates."),
    Demo(name="hessian_free_adds", remedy="hessian_free", title="Curvature makes up for a small gradient",
         look="What the first steps contribute to the gradient is tiny, and so is its curvature; their ratio is not. "
              "An update takes many times as long as one of SGD, and the baseline was given 25 times as many.",
         base={"task": "adding", "batch": 200, "n_hidden": 32, "shape": "gaussian", "rho": 0.9},
         on={"hessian_free": True}, updates=60, base_updates=1500, baseline="SGD", kind="solves",
         claim="Hessian-free optimization learns to add two numbers over 50 steps; SGD, with 25 times the updates, "
               "is not there yet."),
    Demo(name="echo_state_remembers", remedy="echo_state", title="Only the readout is learnt",
         look="The reservoir is never trained: a leak of 0.1 holds the symbols, and one ridge regression reads them.",
         base={"task": "temporal_order", "n_hidden": 100, "shape": "gaussian", "rho": 0.99, "optimizer": "momentum"},
         on={"echo_state": True}, updates=200, baseline="SGD + momentum on all weights", kind="solves",
         claim="An echo state network of 100 units names the order over 50 steps as soon as it can be judged, "
               "after 20 updates or a few more; SGD + momentum on the same number of units names no more than chance "
               "after 200."),
)
