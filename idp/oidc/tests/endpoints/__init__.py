"""Tests of the endpoints for programs, logout and discovery."""
