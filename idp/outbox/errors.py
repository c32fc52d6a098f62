"""What can become of a message besides being delivered, and the mistakes of callers."""


class TryLater(Exception):
    """The receiver could not take the message now. The text is kept with it, so it names no person and no secret."""


class Undeliverable(Exception):
    """The message will never be taken, however often it is sent; the same rule for the text."""


class OutsideTransaction(RuntimeError):
    """`enqueue` was called where nothing binds the message to the change it belongs to."""


class UnknownKind(LookupError):
    """Nobody registered this kind of message, or its payload is of another schema."""


class UnknownTemplate(LookupError):
    """A mail or text message was asked for that nobody has written."""
