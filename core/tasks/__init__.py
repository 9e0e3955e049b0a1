"""What a network has to learn, a file each: batches, and what the loss is worth without a memory. A task may use what
stands in the engine's root."""
