"""Tests of the events that are told to services: what is written, what is sent, and what becomes of it."""
