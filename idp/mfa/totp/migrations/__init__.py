"""Schema of authenticator apps."""
