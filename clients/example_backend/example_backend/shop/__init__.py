"""The API behind the demo shop.

models      shoppers and their orders
mapping     the first request of a shopper makes the row and the demo orders
catalogue   what is sold, and which orders a newcomer gets
selectors   reads
orders      changes
api         the endpoints and what each requires
"""
