"""What a spreadsheet would take for a formula: text of logs and code that must reach it as text.

A cell that begins with one of a few signs is worked out when a table is opened, pasted or imported, and may run a
command or send what stands beside it (OWASP, "CSV Injection"). How a text is then written is its format's: a page puts
an invisible character before it, an export its own.
"""

# The wide forms are read like the plain ones in East Asian settings; tab and line end are cut before the sign behind.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_OF_NUMBERS = frozenset("0123456789.,+-% \u202f\u00a0")


def is_taken_for_formula(text: str) -> bool:
    """Tell whether a spreadsheet would work a text out; a number, signed or not, is a number."""
    return text.startswith(FORMULA_SIGNS) and not _OF_NUMBERS.issuperset(text)
