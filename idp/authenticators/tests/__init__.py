"""Tests of managing one's own factors: the rule of the fresh proof, the use cases, the pages over HTTP."""
