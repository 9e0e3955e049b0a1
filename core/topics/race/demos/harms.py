"""Where a remedy harms, or is not enough."""

from __future__ import annotations

from core.topics.race.demos.base import Demo

ORTHOGONAL = {"n_hidden": 32, "angle": 180.0, "optimizer": "adam", "lr": 0.003, "clip_norm": True}
RESERVOIR = {"task": "temporal_order", "n_hidden": 100, "shape": "gaussian", "rho": 0.99, "echo_state": True}

DEMOS = (
    Demo(name="clip_norm_not_enough", remedy="clip_norm", title="Finite, and yet it does not learn",
         look="The clip keeps every number finite, and the loss ends at about that of the mean, 1/6, or above it: "
              "finite is not sound.",
         base={"task": "adding", "n_hidden": 32, "shape": "gaussian", "rho": 2.0, "lr": 0.1},
         on={"clip_norm": True, "clip_norm_threshold": 0.3}, updates=800, baseline="SGD, nothing clipped",
         kind="finite", claim="Clipping at 0.3 keeps SGD on the adding task from leaving the finite numbers, and the "
                              "task is not learnt in these updates all the same."),
    Demo(name="truncation_hides", remedy="truncation", title="Truncation hides the dependency",
         look="The symbol lies 49 steps back, and the gradient looks back 10: it gets exactly none.",
         base={"n_hidden": 32, "shape": "identity", "activation": "relu", "clip_norm": True},
         on={"truncation": True, "truncation_k1": 50, "truncation_k2": 10}, updates=300,
         baseline="SGD, clipped at 1, with full back-propagation", kind="harms",
         claim="The full gradient recalls the symbol over 50 steps with SGD; truncated to 10 steps it hardly ever "
               "does."),
    Demo(name="l1_forgets", remedy="l1", title="L1 makes it forget",
         look="W_hh is pulled towards 0, and the norm of the gradient falls with the lag until nothing arrives.",
         base=ORTHOGONAL, on={"l1": True, "l1_weight": 0.1}, updates=300, baseline="Adam, clipped at 1, without L1",
         kind="harms", claim="An orthogonal W_hh recalls the symbol over 50 steps; with L1 at 0.1 it forgets it."),
    Demo(name="l2_forgets", remedy="l2", title="L2 makes it forget",
         look="The spectral radius falls below 1, and the norm of the gradient with the lag until nothing arrives.",
         base=ORTHOGONAL, on={"l2": True, "l2_weight": 0.3}, updates=300, baseline="Adam, clipped at 1, without L2",
         kind="harms", claim="An orthogonal W_hh recalls the symbol over 50 steps; with L2 at 0.3 nearly "
                             "every seed forgets it."),
    Demo(name="echo_state_forgets", remedy="echo_state", title="A reservoir without a leak forgets",
         look="The spectral radius is 0.99 in both lanes. Without the leak the distractors wash the symbols out.",
         base=RESERVOIR, on={"echo_state_leak": 1.0}, updates=60,
         baseline="the same reservoir with a leak of 0.1, ridge regression", kind="harms",
         claim="With a leak of 0.1 the readout names the order over 50 steps; with plain units it stays at "
               "chance."),
)
