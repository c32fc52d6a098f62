"""The protocol's doors, one thin file each: read the request strictly, call a service, answer in the RFC's own shape."""
