"""Use cases of the privacy desk, one a file."""
