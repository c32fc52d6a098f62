"""A small API that accepts access tokens of the Fashionistar identity provider.

It stands where Fashionistar's own backend will stand: a page signs a shopper in at the provider and calls this service
with the access token; `fashionistar_auth` asks the provider about the token; the endpoints of `shop` answer.

    serve      starts everything: environment, migration, production server
    env        the environment variables, validated together
    settings   Django's settings, made from them
    urls       the addresses
    pages      the page a person sees at `/`
    security_headers   headers of every answer
    shop       the API: shoppers, their demo orders, who may see what
"""
