"""Tests of passkeys: honest and hostile ceremonies by a signer of our own (`signer.py`), which site it is, makes for staff."""
