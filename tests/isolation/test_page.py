"""docs/isolation.md says of every attack what it is and what comes of it, and of none that there is not."""

import re

import pytest

from isolation.page import PAGE, table, tables_in
from isolation.suite import AREAS

TEXT = PAGE.read_text()


def test_every_area_has_its_table_and_every_table_its_area():
    assert list(tables_in(TEXT)) == list(AREAS)


@pytest.mark.parametrize("area", AREAS)
def test_the_table_is_that_of_the_suite(area):
    assert tables_in(TEXT)[area] == table(area), "run tests/isolation/page.py"


def test_every_test_that_the_page_names_exists():
    root = PAGE.parent.parent
    names = set(re.findall(r"`((?:tests|crates)/[\w/.-]+)(?:::(\w+))?`", TEXT))
    missing = [(file, name) for file, name in names if not (root / file).exists() or (name and name not in (root / file).read_text())]
    assert names and missing == []
