"""Tests of the privacy desk."""
