"""Use cases of authenticator apps: enrol, spend a code, rename and remove."""
