"""Tests of the reads in front of Django; those from copies need a Redis (REDIS_URL)."""
