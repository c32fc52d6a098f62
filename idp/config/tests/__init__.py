"""Tests of the start: environment, development secrets, logs, server. The first three need no Django."""
