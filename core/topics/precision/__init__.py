"""What number types do to small and to large numbers."""
