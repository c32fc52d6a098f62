"""The service as it is today."""
