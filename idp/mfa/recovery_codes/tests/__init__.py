"""Tests of recovery codes."""
