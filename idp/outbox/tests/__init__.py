"""Tests of the outbox, by module."""
