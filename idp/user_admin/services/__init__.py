"""Use cases of staff: one act a file; what they look at is recorded."""
