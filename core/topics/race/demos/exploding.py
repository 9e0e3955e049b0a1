"""Where the gradient explodes, and what tames it."""

from __future__ import annotations

from core.topics.race.demos.base import Demo

# ReLU does not saturate: 1.05^49 = 11, forwards and backwards
GROWING = {"n_hidden": 32, "shape": "identity", "rho": 1.05, "activation": "relu"}
# strong tanh units on a task that every network learns, if its gradient lets it
WILD_SINE = {"task": "sine", "n_hidden": 32, "shape": "gaussian", "rho": 2.0, "lr": 0.1}
# more units and a smaller step: all stays finite, and ||dh_T/dh_1|| is 10^3 to 10^5 at the start all the same
CHAOS = {"task": "sine", "n_hidden": 64, "shape": "gaussian", "rho": 2.0}
LONG_SINE = {**WILD_SINE, "seq_len": 100}

DEMOS = (
    Demo(name="clip_norm_rescues", remedy="clip_norm", title="With the norm clipped it learns",
         look="Without the clip the first long steps throw the weights away. With it the task is solved: watch the "
              "gradient norm before and after.",
         base=GROWING, on={"clip_norm": True}, updates=300, baseline="SGD, nothing clipped", kind="solves",
         claim="With the norm clipped at 1, SGD recalls a symbol over 50 steps. Without the clip it does not: on about "
               "half of the seeds a number is inf or nan within a few updates, on the others the loss stays at "
               "chance."),
    Demo(name="clip_value_rescues", remedy="clip_value", title="With the entries clipped it learns",
         look="The same network and the same batches; here each entry of the gradient is cut at 0.1.",
         base=GROWING, on={"clip_value": True}, updates=300, baseline="SGD, nothing clipped", kind="solves",
         claim="With each entry cut at 0.1, SGD recalls a symbol over 50 steps. Uncut it does not: on about half of "
               "the seeds a number is inf or nan within a few updates, on the others the loss stays at chance."),
    Demo(name="clip_jacobian_tames", remedy="clip_jacobian", title="Capping every step back",
         look="With a spectral radius of 2 the gradient grows on its way back. Capped at 0.9 a step it shrinks "
              "instead, and the sine, which needs the last few steps only, is learnt.",
         base=LONG_SINE, on={"clip_jacobian": True, "clip_jacobian_growth": 0.9}, updates=400,
         baseline="SGD, nothing capped", kind="solves",
         claim="With the carried-back vector capped, SGD learns the sine over 100 steps; without, hardly a seed "
               "does: the others end without a number, or at about chance or far above it."),
    Demo(name="truncation_tames", remedy="truncation", title="Truncation where the past does not matter",
         look="The next value of a sine needs a few steps of memory. Looking 10 steps back, the gradient has no room "
              "to explode, and each sequence gives ten updates.",
         base=LONG_SINE, on={"truncation": True, "truncation_k1": 10, "truncation_k2": 10}, updates=500,
         baseline="SGD with full back-propagation", kind="solves",
         claim="Truncated to 10 steps, SGD learns the sine over 100 steps; with the full gradient hardly a seed does: "
               "the others end without a number, or at about chance or far above it."),
    Demo(name="l1_tames", remedy="l1", title="An attempt: L1 against chaotic states",
         look="A spectral radius of 2 makes the states chaotic, and SGD stumbles. L1 takes W_hh down; "
              "whether that is enough is counted.",
         base=CHAOS, on={"l1": True, "l1_weight": 0.02}, updates=340, baseline="SGD without L1", kind="solves",
         claim="Tried: does L1 at 0.02 let SGD learn the sine over 50 steps, from ρ = 2, on four seeds of five?"),
    Demo(name="l2_tames", remedy="l2", title="L2 pulls the states out of chaos",
         look="A spectral radius of 2 makes the states chaotic, and SGD stumbles. L2 takes W_hh down until they "
              "are not: the sine, which needs the last few steps only, is learnt.",
         base=CHAOS, on={"l2": True, "l2_weight": 0.05}, updates=300, baseline="SGD without L2", kind="solves",
         claim="From ρ = 2, L2 at 0.05 lets SGD learn the sine over 50 steps; without it hardly "
               "a seed is there yet."),
)
