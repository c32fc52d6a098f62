"""Tests of telling clients that a session ended."""
