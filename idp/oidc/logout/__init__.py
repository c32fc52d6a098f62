"""Telling clients that a session ended (OIDC Back-Channel Logout 1.0).

`participants.py` remembers which clients take part in a session, `notices.py` writes a message for each of them in the
transaction that ends it, `delivery.py` is what the worker does with such a message. The person never waits for any of it.
"""
