"""The derivation, from one update of a feed-forward layer to the bound on the product of Jacobians, step by step.

    subject   the reader's own network, reading the reader's word: everything that has a number
    on_task   the same network on its task, over as many steps as the task has
    symbols   each symbol once: TeX, meaning, value
    steps     the text: a title, a few sentences, equations made of symbols, pictures, perhaps a guess
    readings  what each step says of the reader's network: one sentence with measured numbers
    guesses   what the reader may guess before a step is revealed, and how close it was
    powers, leak   products of Jacobians without the nonlinearity, and with units that keep a part of their state
    directions     how alike the gradients of several batches are: whether a clip leaves a direction
    words     the sentences of the readings, the guesses and the corrections
    spelling  how symbols are written

An equation is TeX in which @name@ stands for a symbol of `symbols`. It may use jacobians and the playground.
"""
