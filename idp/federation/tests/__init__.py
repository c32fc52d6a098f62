"""Tests of signing in with another service, against one that runs in this process."""
