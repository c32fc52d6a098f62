"""A service like Fashionistar's backend: `before` its cut-over with tokens of its own, `after` it with the provider's.

`base`, `views` and `old_tokens` are the same on both sides. `idp/tests/browser/test_cut_over.py` runs both sides, one
after the other, on one database.
"""
