"""tests/translate: the converters that maps may name are the ones that there are."""

from adapter.graph.model import CONVERTERS
from adapter.translate import convert
from adapter.translate.text_forms import BY_TEXT


def test_every_converter_that_a_map_may_name_is_there() -> None:
    assert {*convert._BY_ARGUMENT, *convert._BY_ADDRESS, *BY_TEXT} == CONVERTERS
