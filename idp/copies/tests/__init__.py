"""Tests of the copies in Redis; most need one (REDIS_URL)."""
