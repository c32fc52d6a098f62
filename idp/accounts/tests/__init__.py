"""Tests of the accounts, a file per module."""
