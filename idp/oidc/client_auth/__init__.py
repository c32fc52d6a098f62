"""Who is calling a token, introspection or revocation endpoint: one file per method (RFC 6749 §2.3, OIDC Core §9).

A client is registered for exactly one method. Two at once, credentials in the URL, an empty secret, or a secret from a client
that has none are refused; an unknown client and a wrong proof read alike.
"""
