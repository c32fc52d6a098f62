"""Schema history of the protocol app. The first migration runs before DOT's own, so that its models are swapped from the start."""
