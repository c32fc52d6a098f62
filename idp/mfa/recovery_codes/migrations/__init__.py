"""Schema of recovery codes."""
