"""What popular texts print that needs care, an idea a file, each with a measurement."""
