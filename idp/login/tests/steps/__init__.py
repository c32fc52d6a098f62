"""Tests of single pages of the sign-in."""
