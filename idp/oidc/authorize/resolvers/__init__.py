"""RESOLVE: where the parameters of an authorization request come from. Pushed and signed requests will stand beside this one."""
