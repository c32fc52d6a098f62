"""Tests of the services of the outbox."""
