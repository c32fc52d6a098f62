"""Schema of the privacy desk."""
