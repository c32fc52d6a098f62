"""The pages on which people look after their account, as a browser without JavaScript meets them."""
