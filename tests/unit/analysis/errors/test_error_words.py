"""The shape of a message: values go, words and names of code stay."""

import pytest

from orchestration.analysis.errors.error_words import normalise_message, normalise_url, url_host


@pytest.mark.parametrize(
    ("message", "shape"),
    [
        ("order ORD-17 has 3 items", "order <id> has <number> items"),
        ("user 'Ada' is gone", "user <value> is gone"),
        ('voucher "free \\"food\\"" is none', "voucher <value> is none"),
        (r"\"free food!\" is not a voucher", "<value> is not a voucher"),
        ("took 12.5 ms of 16ms", "took <number> of <number>"),
        ("lock 6f1d2c3b-1111-4222-8333-1234567890ab lost", "lock <uuid> lost"),
        ("at 0x1f0 in a83f0c91d2", "at <hex> in <hex>"),
        ("feed of 2026-01-04 08:00:01Z came late", "feed of <time> came late"),
        ("mail to jo@a.example bounced", "mail to <email> bounced"),
        ("cannot read /var/data/1.png: denied", "cannot read <path>: denied"),
        ("messages [1, 2, 3] and [4] dropped", "messages [<number>, ...] and [<number>, ...] dropped"),
        ('payload {"a": 1} is odd', "payload <object> is odd"),
        (
            "POST https://pay.example/v1/charges/9?key=1 failed",
            "POST https://pay.example/v1/charges/<number>?key failed",
        ),
    ],
)
def test_values_are_replaced_by_their_kind(message: str, shape: str) -> None:
    assert normalise_message(message) == shape


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Cannot read properties of undefined (reading 'price')",
            "Cannot read properties of undefined (reading 'name')",
        ),
        ("'NoneType' object has no attribute 'price'", "'NoneType' object has no attribute 'name'"),
        ("Request failed with status code 404", "Request failed with status code 500"),
        ("https://a.example/users failed", "https://a.example/orders failed"),
    ],
)
def test_names_of_code_statuses_and_fixed_parts_of_addresses_stay(first: str, second: str) -> None:
    assert normalise_message(first) != normalise_message(second)


def test_a_shape_is_a_shape_of_itself() -> None:
    shape = normalise_message("order ORD-17 of 'Ada' has 3 items at 0x1f")
    assert normalise_message(shape) == shape


def test_a_very_long_message_counts_by_its_beginning() -> None:
    assert normalise_message("x" * 700) == normalise_message("x" * 900)


def test_an_address_keeps_its_fixed_parts() -> None:
    assert normalise_url("http://h:1/v2/users/81/a1b2?q=1&a=2#top") == "http://h:1/v2/users/<number>/<id>?a&q"
    assert url_host("https://user:secret@Pay.Example:81/x") == "pay.example:81"
    assert url_host("no address") is None
