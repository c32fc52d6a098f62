"""The import of people: the whole file, and a batch of it."""
