"""Schema of the import of people."""
