"""Telling services what happens to accounts, as security event tokens (RFC 8417) pushed to them by the worker (RFC 8935).

`vocabulary.py` says which event of the audit trail is news under which name, `announce.py` writes it down in the transaction of
the change, `delivery.py` is what the worker does with it. `registry/` reads who wants to hear what.
"""
