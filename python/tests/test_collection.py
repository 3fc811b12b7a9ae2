"""Opening and searching."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import medshape


def test_search_finds_by_word_and_filter(collection: medshape.Collection) -> None:
    assert len(collection) == 4
    liver = collection.search("liver")
    assert len(liver) == liver.total == 1
    assert liver[0].structure == "liver"
    assert {s.structure for s in collection.search("volume:>1ml closed:yes")} >= {"liver", "kidney_left"}
    assert collection.search("structure:kidney").ids == collection.search("left kidney").ids
    everything = collection.search()
    assert len(everything) == 4
    assert everything.facets["closed"] == [{"value": "yes", "count": 4}]
    assert len(everything[1:3]) == 2
    assert len(collection.search(limit=2)) == 2
    assert collection.search(limit=2).total == 4
    assert [s.id for s in collection] == everything.ids


def test_a_shape_by_its_id(collection: medshape.Collection) -> None:
    shape = collection.search("liver")[0]
    assert collection[shape.id] == shape
    assert shape.id in collection
    assert "no/such/shape" not in collection
    with pytest.raises(medshape.ShapeNotFoundError, match="no/such/shape"):
        collection["no/such/shape"]
    with pytest.raises(KeyError):
        collection["../../etc"]


def test_errors_say_what_is_wrong(collection: medshape.Collection, tmp_path: Path) -> None:
    with pytest.raises(medshape.QueryError) as error:
        collection.search("liver sx:F")
    assert (error.value.token, error.value.position) == ("sx:F", 6)
    assert isinstance(error.value, ValueError)
    with pytest.raises(medshape.CollectionError, match="collection"):
        medshape.open(tmp_path)


def test_environment_names_the_collection(collection: medshape.Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSHAPE_COLLECTION", str(collection.path))
    assert medshape.open() == collection


def test_pickling_opens_again(collection: medshape.Collection) -> None:
    shape = collection.search("liver")[0]
    again = pickle.loads(pickle.dumps(shape))
    assert again == shape
    assert again.record == shape.record


def test_datasets(collection: medshape.Collection) -> None:
    assert sum(d["shapes"] for d in collection.datasets()) == 4
