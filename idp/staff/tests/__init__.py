"""Tests of the staff pages, over HTTP as members of staff and as others."""
