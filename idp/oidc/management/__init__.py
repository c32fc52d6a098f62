"""Operator commands of the protocol app."""
