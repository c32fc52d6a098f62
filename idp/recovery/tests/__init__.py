"""Forgotten passwords, below their pages; the pages are tested with the sign-in (`idp/login/tests/steps/test_recovery.py`)."""
