"""Tests of authenticator apps."""
