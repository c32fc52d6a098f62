"""What a method of client authentication says when the proof does not hold."""


class NotProven(Exception):
    """The client did not prove itself; the text is for the log, because every caller hears the same words."""
