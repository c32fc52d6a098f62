"""Why an import cannot go on; the sentence is for the operator at the terminal."""


class SourceUnusable(Exception):
    """The file as a whole cannot be read: not there, no known format, or a header that names other columns."""


class BatchContested(Exception):
    """Somebody else kept writing the same people while a batch was stored; nothing of the batch is there."""
