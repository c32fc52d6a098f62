"""Messages to the outside, written with the change that causes them and delivered later, at least once.

A service calls `enqueue` inside its transaction: if the change is rolled back, so is the message, and if it commits, the message
is there however the process ends. No request ever waits for somebody else's server. The worker (`worker.py`, started by
`python -m idp.config.serve` or by `manage.py work`) claims due messages, delivers them without a transaction open and writes down
what became of them. It also does the chores of `idp.core.chores`.

What a kind of message means and how it is delivered is said by the app that sends it (`handlers.register_handler`).
"""
