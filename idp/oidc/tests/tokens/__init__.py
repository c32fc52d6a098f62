"""Tests of token formats, grants and revocation."""
