"""Schema of forgotten passwords."""
