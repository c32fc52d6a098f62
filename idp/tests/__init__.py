"""Tests that cross apps (whole journeys, house rules), and the settings every test runs under.

Tests of one app live beside its code, in `idp/<app>/tests`.
"""
