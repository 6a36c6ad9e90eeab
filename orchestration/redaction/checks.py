"""Tests of what a rule found that no pattern can make: check digits, how mixed a word is, what is no secret.

Each takes the text found and tells whether it is one. Which rule asks for which test is said in the rules.
"""

import math
import re
from collections import Counter
from collections.abc import Callable

# How long an account number of each country is (ISO 13616 registry).
_IBAN_LENGTHS = dict(
    pair.split(":")
    for pair in (
        "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DK:18 DO:28 "
        "EE:20 EG:29 ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 "
        "IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MR:27 MT:31 MU:30 "
        "NL:18 NO:15 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 ST:25 SV:28 "
        "TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20"
    ).split()
)
_NO_SECRET = re.compile(
    r"(?i)(?:null|none|nil|undefined|true|false|yes|no|on|off|required|missing|invalid|incorrect|wrong|expired|changed|"
    r"provided|string|object|number|boolean|bool|int|ok|empty|unset|set|not|is|are|was|has|must|cannot|can't|failed|"
    r"failure|error|unknown|n/?a|nan|hidden|masked|redacted|removed|updated|reset|success|succeeded|accepted|rejected|"
    r"denied|valid|mismatch|matched|does|do|should|may|will|for|of|and|or|the|a|an|in|to|from|with|field|too|"
    r"using|refresh|refreshed|revoked?|rotated?|issued?|created?|deleted?|requested|renewed|validated?|verified|checked|"
    r"loaded|saved|forgot|found|received|sent|str|float|bytes|any|void|never|date|uuid|list|dict|char|self|entered|"
    r"\*+|x{3,}|\.{2,}|-+|_+|\?+|\[redacted.*|\[filtered.*|\[(?:object|array|function).*|\$\{.*\}|\$\d+|"
    r"\$[A-Z_]+|\{\{?.*\}|%[sdvrfq@]|%\(\w+\)s|:[a-z_]+|<[a-z_ -]*>|)[.!]?"
)
# What code calls it (a.b.Token), and how objects print (Token{1f, a.b.Proxy@1f, get(x).
_IDENTIFIER = re.compile(r"[A-Za-z_$]+(?:[.:]+[A-Za-z_$]+)+|[A-Za-z_$][\w.$]*[({].*|[A-Za-z_$]+(?:\.[\w$]+)+@[0-9a-f]+")
_FILE_LIKE = re.compile(
    r"(?i).*@(?:[1-9]x\.|[\d.]+|.*\.(?:js|mjs|cjs|ts|jsx|tsx|vue|css|html?|json|map|png|svg|jpe?g|gif|webp|wasm|"
    r"service|socket|slice|mount|scope|timer|target|device|path|swap)$)"
)
_URL_WORDS = re.compile(r"(?i)(?:[a-z_-]{1,24}|\d{1,5})$")


def is_mixed(text: str) -> bool:
    """Tell whether a text is none that a person would call a word: it holds a digit, or capitals within."""
    return any(c.isdigit() for c in text) or bool(re.search(r"[a-z][A-Z]|[A-Z]{2}.*[a-z]", text))


def is_password(text: str) -> bool:
    """Tell whether a text is neither a placeholder nor what is said of a password."""
    return not _NO_SECRET.fullmatch(text.strip())


def is_secret(text: str) -> bool:
    """Tell whether a text may be a key: no placeholder, no name of something in code."""
    return is_password(text) and not _IDENTIFIER.fullmatch(text)


def is_url_value(text: str) -> bool:
    """Tell whether a parameter's value is more than a word or a short number."""
    return is_password(text) and not _URL_WORDS.match(text)


def is_card_number(text: str) -> bool:
    """Tell whether the check digit of a payment card's number is right (Luhn)."""
    digits = [int(c) for c in text.replace("%20", "") if c.isdigit()]
    if len(set(digits)) == 1:
        return False
    doubled = [digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def is_account_number(text: str) -> bool:
    """Tell whether the check digits of a bank account's number are right (ISO 7064 mod 97-10)."""
    plain = re.sub("[ -]", "", text)
    if str(len(plain)) != _IBAN_LENGTHS.get(plain[:2]):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_mail(text: str) -> bool:
    """Tell whether an address is not a file, a version of a package or a unit of systemd."""
    return not _FILE_LIKE.match(text)


def entropy(text: str) -> float:
    """Return the bits per character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


CHECKS: dict[str, Callable[[str], bool]] = {
    "mixed": lambda text: is_mixed(text) and is_password(text),
    "password": is_password,
    "secret": is_secret,
    "url_value": is_url_value,
    "luhn": is_card_number,
    "iban": is_account_number,
    "mail": is_mail,
}
