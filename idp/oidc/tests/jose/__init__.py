"""Tests of keys, ID tokens and hints."""
