"""What number types do to small and to large numbers. It may use the engine."""
