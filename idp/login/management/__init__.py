"""Commands of the sign-in for operators."""
