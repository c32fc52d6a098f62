"""Tests of the OpenID provider, in folders that mirror its modules; they speak HTTP or call pure functions.

`fixtures.py` registers the clients of `clients/registry` and a few more, each through the real registry; the parties that
play them are in `idp/tests/parties.py`.
"""
