"""Tests of moving people in."""
