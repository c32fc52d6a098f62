"""What is done with messages and chores, a file per use case: write, claim and settle a message, send one again, tidy up."""
