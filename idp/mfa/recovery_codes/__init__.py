"""Recovery codes: ten secrets on paper for the day every other factor is lost (NIST SP 800-63B-4 §3.1.2, look-up secrets).

Each works once. A sign-in with one is let in to set up a new factor; it is not worth a second factor by itself.
"""
