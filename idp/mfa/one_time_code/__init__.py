"""One-time codes by mail or text message: who reads them has the address. They prove an address and never a second factor.

A code counts for one purpose, at one address, in the one visit that asked for it; once, for ten minutes, for five tries.
"""
