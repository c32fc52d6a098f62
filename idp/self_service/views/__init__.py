"""The pages below `/account/`, one file each. Forms post to the page's own address; the rules are in `services/`."""
