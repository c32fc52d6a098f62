"""Tests of what a sign-in does, apart from its pages."""
