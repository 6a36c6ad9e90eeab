"""What flows had and gave: for playing them again, and for tests made from them."""
