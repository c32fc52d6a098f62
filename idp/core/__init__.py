"""Shared kernel: errors, boundary, parsing, cryptography, clock, headers. No models, and nothing of ours is imported.

Every app above (audit, accounts, login, oidc) leans on this package; it leans on none of them. Start reading at
`errors.py` (how code says what went wrong) and `boundary.py` (the one place where that becomes an HTTP answer).
"""
