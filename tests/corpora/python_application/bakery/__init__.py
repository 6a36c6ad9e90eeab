"""A bakery that takes orders: handlers in Python, played by declared sequences."""
