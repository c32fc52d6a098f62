"""Management code of this app; see `commands`."""
