"""Tests of client registrations."""
