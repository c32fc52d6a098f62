"""Tests of the programs behind the Makefile, as far as they decide something; starting everything is the CI's work."""
