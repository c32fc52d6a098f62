"""Signatures and what is signed: keys, ID tokens, claims, and who the subject is (RFC 7515, RFC 7517, OIDC Core §2).

joserfc does the cryptography, always with an explicit list of algorithms, so that a token can never choose its own.
"""
