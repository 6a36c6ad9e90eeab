"""Identifiers: stable hashes of natural keys, so that the same input has the same id in every run."""

from hashlib import blake2b


def stable_id(*parts: object) -> str:
    """Return 16 hexadecimal digits that depend on nothing but the parts and their order.

    Parts are separated by the unit separator (U+001F), so that ("a", "bc") and ("ab", "c") differ.
    """
    text = "\x1f".join(str(part) for part in parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
