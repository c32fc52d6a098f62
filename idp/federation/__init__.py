"""Signing in with Google or Facebook: this provider as a client of another one.

Above `login`, which knows a button's address and what is proven at the end, and above `oidc`, whose reading of foreign tokens and
keys is used. `views` is the way there and back, `journey` what is remembered between the two, `google` and `facebook` what each
service says and what of it is believed. Each is off until an operator switches it on (`config.env_federation`).
"""
