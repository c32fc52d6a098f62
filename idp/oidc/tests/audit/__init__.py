"""The audit trail's chain as a whole: sealed with the keys of this app, tampered with, verified."""
