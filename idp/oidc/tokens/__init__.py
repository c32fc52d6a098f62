"""Access tokens and what gives them out: form, look-up, issuing, revoking, and a file per grant in `grants/`.

SQL is the truth: every look-up reads the row, its client and its person, so a revocation anywhere is felt at once.
"""
