"""Tests of the example backend: over HTTP, against a provider that plays introspection on a real socket.

`test_serve.py` starts the service as an operator does, production server included.
"""
