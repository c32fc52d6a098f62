"""Clients that others wrote, against a running provider: what they refuse to accept, no client of ours would have noticed.

Authlib runs here; `openid-client` and `oidc-client-ts` run in `frontend/tests/clients`, started by `test_node_clients`.
"""
