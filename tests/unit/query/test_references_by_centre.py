"""References to records that stand in each centre of the provider."""

import polars as pl

from engine.query.references import PENDING, References, pending_id

PAIRS = pl.DataFrame(
    {
        "mis_id": ["a", "a", "b", "b"],
        "provider_id": ["a1", "a2", "b1", "b2"],
        "centre": ["1", "2", "1", "1"],
    }
)


def translated(references: References, *asked: tuple[str | None, str | None]) -> list[str | None]:
    """What each id in its centre is at the provider."""
    both = pl.DataFrame(list(asked), schema={"id": pl.String, "centre": pl.String}, orient="row").to_struct("both")
    found: list[str | None] = references.translator_by_centre("officer")(both).to_list()
    return found


def test_a_reference_takes_the_counterpart_of_its_centre() -> None:
    """One in the centre is taken; none, several, an unknown id, and no centre give nothing."""
    references = References()
    references.fill("officer", PAIRS)
    asked = [("a", "1"), ("a", "2"), ("a", "3"), ("b", "1"), ("c", "1"), ("a", None), (None, "1")]
    assert translated(references, *asked) == ["a1", "a2", None, None, None, None, None]


def test_what_may_be_created_stands_for_itself_in_each_centre_where_it_is_missing() -> None:
    """Never where several are, where the centre is not known, and where a create was sent and nobody knows more."""
    references = References()
    references.fill("officer", PAIRS, {"a", "b", "c"}, barred={("c", "2"), ("a", "2")})
    asked = [("a", "1"), ("a", "3"), ("b", "1"), ("c", "1"), ("c", "2"), ("c", None), ("d", "1")]
    found = translated(references, *asked)
    assert found == ["a1", f"{PENDING}a{PENDING}3", None, f"{PENDING}c{PENDING}1", None, None, None]
    unplaced = PAIRS.with_columns(centre=pl.when(pl.col("mis_id") == "a").then(None).otherwise("centre"))
    references.fill("officer", unplaced, {"a", "b", "c"})
    assert translated(references, ("a", "1"), ("c", "1")) == [None, f"{PENDING}c{PENDING}1"]
    assert [pending_id(one) for one in found] == [None, ("a", None, "3"), None, ("c", None, "1"), None, None, None]
