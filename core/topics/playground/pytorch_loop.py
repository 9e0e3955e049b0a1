"""How the script in PyTorch goes through its batches: whole sequences, or chunks that do not look into each other."""

from __future__ import annotations

from core.bptt.backprop import Window
from core.tasks.base import TaskKind
from core.training.experiment import Experiment


def _batch(kind: TaskKind, indent: str) -> str:
    """Of the project's arrays, (T, features, B), what torch wants: (T, B, features)."""
    target = "torch.tensor(batch.target)" if kind.classes else "torch.tensor(batch.target, dtype=dtype).transpose(1, 2)"
    return (f"{indent}x = torch.tensor(batch.x, dtype=dtype).transpose(1, 2)  # (T, B, n_in)\n"
            f"{indent}target = {target}")


def whole_sequences(experiment: Experiment, kind: TaskKind) -> str:
    """Back-propagation through whole sequences."""
    fed, states = "", "rnn(x)[0]"
    if kind.cue is not None:
        fed, states = f'''def fed_back(x):
    """Every h: after {kind.cue} given points the output is the next input."""
    h, state = [], None
    for t in range(len(x)):
        step, state = rnn(x[t:t + 1] if t < {kind.cue} else out(h[-1]), state)
        h.append(step)
    return torch.cat(h)


''', "fed_back(x)"
    return f'''{fed}for update in range(1, {experiment.training.steps + 1}):
    batch = sampled(experiment, update - 1)
{_batch(kind, " " * 4)}
    loss, norm = learn(out({states}[batch.target_steps - 1]), target)
    print(update, loss, norm)
    if not math.isfinite(loss) or not math.isfinite(norm):
        break
'''


def in_chunks(experiment: Experiment, kind: TaskKind, window: Window) -> str:
    """Truncated back-propagation whose chunks do not look into each other."""
    T = experiment.task.seq_len
    held, begins, words = "", "None", "begins with a state of 0"
    if window.carry:
        begins, words = "held(state)", "goes on from the last one's state"
        held = '''def held(state):
    """The same numbers, with no way back through them."""
    if state is None:
        return None
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


'''
    return f'''{held}def chunks():
    """Loss and ||g|| of each update: a chunk has {window.k1} steps and {words}; it is looked at
    {window.k2} steps back from its end."""
    number = 0
    while True:
        batch = sampled(experiment, number)
{_batch(kind, " " * 8)}
        state, number = None, number + 1
        for start in range(0, {T}, {window.k1}):
            stop = min(start + {window.k1}, {T})
            seen = max(stop - {window.k2}, start)  # what lies before it gets no gradient
            state, h = {begins}, []
            if seen > start:
                with torch.no_grad():
                    before, state = rnn(x[start:seen], state)
                h.append(before)
            after, state = rnn(x[seen:stop], state)
            h.append(after)
            inside = (batch.target_steps > start) & (batch.target_steps <= stop)
            if inside.any():  # a chunk without a target makes no update
                at = batch.target_steps[inside] - 1 - start
                yield learn(out(torch.cat(h)[at]), target[inside])


for update, (loss, norm) in enumerate(chunks(), start=1):
    print(update, loss, norm)
    if update == {experiment.training.steps} or not math.isfinite(loss) or not math.isfinite(norm):
        break
'''
