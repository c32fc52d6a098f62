"""Tests of what lies in the tables."""
