"""Use cases of remembered devices: remember one, note its use, forget one or all."""
