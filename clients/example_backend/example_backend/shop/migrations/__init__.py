"""Database migrations of the example backend, applied by `serve` at every start."""
