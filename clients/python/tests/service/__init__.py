"""A small DRF service that uses the package the way a relying party does."""
