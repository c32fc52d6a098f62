"""Tests of what staff may do to accounts."""
