"""Use cases of recovery codes: make a new set, spend one, drop them all."""
