"""Time-based one-time codes from an authenticator app (RFC 6238): six digits, thirty seconds, SHA-1 as every app knows it.

`secret.py` is the only importer of pyotp and decides which time step a code belongs to; the services store that step, so that a
code is spent once across sessions, nodes and purposes (RFC 6238 §5.2).
"""
