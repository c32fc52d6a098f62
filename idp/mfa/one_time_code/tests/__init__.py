"""Tests of one-time codes."""
