"""Table of marks that could not be delivered."""
