"""The service afterwards."""
