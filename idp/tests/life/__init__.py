"""Codes, tokens and sessions from birth to end, acted on in any order: a model of what must hold, and the real thing beside it.

`model.py` says what the four invariants demand after each act, in plain values and without a database. `test_life.py` lets
hypothesis act on the provider over HTTP (`people.py`), as long as `extent.py` says, and compares after every step.

* I1 nobody is let in without the factors that are asked for;
* I2 a one-time thing is spent once, for one purpose, by one party;
* I3 what was revoked stays revoked, whatever is forgotten by a cache;
* I4 an honest person or client can always get on, or reads a clear refusal.
"""
