"""Factors beyond the password: each in a package of its own, twins of one another, none knowing the next.

A factor package holds its table, the use cases of enrolling, using and removing, and is the only place that imports its vendor's
library. It knows nothing of sign-ins, sessions or OAuth: `idp.login` asks it for a proof and decides what that proof is worth.
"""
