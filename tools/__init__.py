"""Programs behind the Makefile: checking the machine, installing, building, starting the demo. See README.md."""
