"""Tests of the demo's pages: over HTTP on an URL map that holds them, and in processes of each mode."""
