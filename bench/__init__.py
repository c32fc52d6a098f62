"""Measurements, not tests: they print ratios for a person to judge and fail for no figure. See README.md."""
