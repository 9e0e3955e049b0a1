"""What is said of a race, of a demo and of the published experiment."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "headline.ready": "Ready",
    "headline.racing": "Update {front:,} of {steps:,}",
    "headline.alone": "The baseline alone",
    "headline.more_seeds": "{title} solves {best} of {seeds:count seed}, the baseline {without}",
    "headline.diverged": "The baseline diverged",
    "headline.none": "No lane solved it in these updates",
    "headline.baseline": "The baseline solves most: {without} of {seeds:count seed}",
    "headline.quicker": "As many seeds solved either way, {title} in {part:share} of the updates",
    "headline.as_many": "The baseline solves as many seeds",

    "ready.beside": "{lanes:count lane} beside the baseline, {title}; {seeds:count seed} each.",
    "ready.alone": "The baseline, {title}, alone; {seeds:count seed}.",

    "quick.lanes": "{measured} of {lanes} lanes, the others when the hand rests",
    "quick.lags": "fewer lags, all when the hand rests",

    "lane.title": "{title}",
    "lane.baseline": "The baseline, {title},",
    "lane.failed": "{lane} solved {solved} of {seeds} and ended after {made:count update}: {why}.",
    "lane.all_diverged": "{lane} diverged on all {seeds} by update {last}.",
    "lane.the_one_diverged": "{lane} diverged at update {last}.",
    "lane.solved": "{lane} solved {solved} of {seeds} in {updates:,.7g} updates.",
    "lane.solved_median": "{lane} solved {solved} of {seeds} in {updates:,.7g} updates (median).",
    "lane.solved_some_diverged": "{lane} solved {solved} of {seeds} in {updates:,.7g} updates, {lost} diverged.",
    "lane.solved_median_some_diverged": "{lane} solved {solved} of {seeds} in {updates:,.7g} updates (median), {lost} "
                                        "diverged.",
    "lane.unsolved": "{lane} solved {solved} of {seeds} in {made:count update}.",
    "lane.unsolved_some_diverged": "{lane} solved {solved} of {seeds} in {made:count update}, {lost} diverged.",

    "failed": "the update could not be computed: {error}",

    "row.solved": "{solved} of {seeds}",
    "row.diverged": "{solved} of {seeds}, {lost} diverged",
    "row.stopped": "{solved} of {seeds}, {lost} stopped",
    "row.orthogonality": "‖W′W − I‖ = {by:plain}.",

    "exploding": "The product of Jacobians explodes: {parts:each ; }.",
    "exploding.lane": "{log10:power} at lag {lag} with {title}",

    "result.finite": "{base_lost} of {base_runs} seeds leave the finite numbers in {updates} updates; with it {lost} "
                     "of {runs} do, and {solved} are solved",
    "result.solves": "{on}; baseline {off}",
    "result.harms": "{on}; without it {off}",
    "result.on": "{solved} of {runs} seeds solved in {updates} updates",
    "result.on_some_lost": "{solved} of {runs} seeds solved in {updates} updates, {lost} left the finite numbers",
    "result.off": "{base_solved} of {base_runs}",
    "result.off_in": "{base_solved} of {base_runs} in {base_updates}",
    "result.off_some_lost": "{base_solved} of {base_runs}, {base_lost} left the finite numbers",
    "result.off_in_some_lost": "{base_solved} of {base_runs} in {base_updates}, {base_lost} left the finite numbers",
    "result.holds": "{result}.",
    "result.does_not_hold": "{result}: the demo does not hold.",

    "headline.as_claimed": "As claimed",
    "headline.not_on_these": "Not on these seeds",
    "claim": "{claim}",
    "here": "Here: {result}.",

    "published": "In at most {most:count update} {methods:each , }; {lengths:each ; }. {order}",
    "published.method": "{title} solved {solved} of {runs:count run}",
    "published.length": "at T = {length} that is {sgd:share}, {clip:share} and {omega:share}",
    "published.in_order": "At no length does clipping solve fewer than SGD, or Ω fewer than clipping.",
    "published.not_in_order": "Not at every length does clipping solve at least as many as SGD, and Ω as many as "
                              "clipping.",

    "table.notes": "Updates, times and the horizon are medians over the seeds (lowest–highest); of those that solved "
                   "it, where it is to solve. A time is the processor's, of one network by itself: it depends neither "
                   "on the number of seeds nor on who else computes here. Horizon: the first lag at which "
                   "‖∂h_T/∂h_k‖, of the first sequence of a batch, is below {level:number}.",
    "table.horizon": "Horizon at {level:number} (lag)",
})
