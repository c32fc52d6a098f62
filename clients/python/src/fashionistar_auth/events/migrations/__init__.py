"""Migrations of the receiver's tables."""
