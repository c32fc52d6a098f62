"""A browser in which somebody said, after a second factor: do not ask again on this device.

It is no factor and proves nothing: a sign-in there is one by password and is called so (`acr`, `amr`). It only spares an ordinary
person the second factor that nobody but themselves asks for (`idp.login.strength`). The known device of `idp.login` is another
thing: it slows nobody's own sign-in, and spares nothing.
"""
