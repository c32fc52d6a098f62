"""Tests of the request log, over HTTP where an entry is meant and on the writer itself where its traps are."""
