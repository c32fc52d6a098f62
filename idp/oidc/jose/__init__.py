"""Signatures and what is signed: keys, ID tokens, claims, and who the subject is (RFC 7515, RFC 7517, OIDC Core §2).

joserfc does the cryptography, always with an explicit list of algorithms, so that a token can never choose its own.
"""

import warnings

from joserfc.errors import SecurityWarning

# RFC 9864 renames "EdDSA" to "Ed25519"; clients, and the certification suite, register the old name and read it in headers.
warnings.filterwarnings("ignore", message="EdDSA is deprecated via RFC 9864", category=SecurityWarning)
