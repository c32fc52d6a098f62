"""Schema of remembered devices."""
