from .orders import Orders, place


class TestOrders:
    def test_total(self):
        assert Orders().total([1]) == 1


def test_place():
    place({})
