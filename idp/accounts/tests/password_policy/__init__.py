"""What a new password may be: one file for the rules, one for the look-up among breached passwords."""
