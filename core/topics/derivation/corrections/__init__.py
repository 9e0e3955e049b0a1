"""What popular texts print that needs care, an idea a file, each with a measurement. They may use the derivation's
words, jacobians and the playground; the reader's experiment is handed to them."""
