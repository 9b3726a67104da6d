"""Documentation of a small installed package, searched in every way."""

from __future__ import annotations

import pytest

from adapter.graph.api_index import installed
from adapter.retrieval.documents import (
    Document,
    build_documents,
    document_of,
    first_sentence,
    keep_documents,
    read_documents,
)
from adapter.retrieval.search import FusedSearch, MeaningSearch, WordSearch
from adapter.retrieval.strategies import Documentation, Wanted, Way, retrieval_of

DOCUMENTS = [
    Document("lib.log_metric", "lib.log_metric(key, value)", "Log a number under a name."),
    Document("lib.log_image", "lib.log_image(image, path)", "Store a picture."),
    Document("lib.deep.inside.log_metric", "lib.deep.inside.log_metric(key)", "Log a number under a name."),
    Document("lib.end_run", "lib.end_run(status=None)", "End the active run."),
]


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def platformdirs():
    return installed("platformdirs")


def test_words_find_a_name_and_what_stands_at_the_top_comes_first():
    found = WordSearch(DOCUMENTS).search("tracker.log_metric({...})", 3)
    assert [document.name for document in found][:2] == ["lib.log_metric", "lib.deep.inside.log_metric"]


def test_words_that_occur_nowhere_find_nothing():
    assert WordSearch(DOCUMENTS).search("zebra", 3) == []


def test_meaning_finds_what_words_do_not():
    import hashlib

    import numpy

    class Letters:
        """Counts of letter pairs: texts that share parts of words are near each other."""

        def encode(self, texts):
            rows = numpy.zeros((len(texts), 256), dtype="float32")
            for row, text in zip(rows, texts, strict=True):
                for pair in zip(text.lower(), text.lower()[1:], strict=False):
                    row[hashlib.sha256("".join(pair).encode()).digest()[0]] += 1
            return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)

    search = MeaningSearch(DOCUMENTS, Letters())
    assert search.search("logimages", 1)[0].name == "lib.log_image"
    fused = FusedSearch((WordSearch(DOCUMENTS), search))
    assert fused.search("end of the run", 1)[0].name == "lib.end_run"


def test_documents_of_a_package_are_built_once(platformdirs, tmp_path):
    documents = read_documents(platformdirs)
    assert "platformdirs.user_cache_dir" in {document.name for document in documents}
    changed = [Document("platformdirs.other", "platformdirs.other()", "")]
    from adapter.retrieval.documents import documents_file

    keep_documents(documents_file(platformdirs), changed)
    assert read_documents(platformdirs) == changed


def test_a_document_says_what_a_person_would_read(platformdirs):
    document = document_of(platformdirs.find("platformdirs.user_cache_dir"))
    assert document.line.startswith("platformdirs.user_cache_dir(appname=None, appauthor=None, ")
    assert first_sentence("Log a value.\n\nMore.") == "Log a value."
    assert len(first_sentence("word " * 100)) <= 110
    assert build_documents(platformdirs)


class TestWays:
    WANTED = Wanted(Document("other.cache_folder", "other.cache_folder(name)", "Where a cache lies."), "")

    def names(self, way, index, naming=lambda wanted: [], manual=None, limit=4):
        found = retrieval_of(way, Documentation(index), naming, manual).find(self.WANTED, limit)
        return [document.name for document in found]

    def test_docssearch(self, platformdirs):
        assert any("cache" in name for name in self.names(Way.DOCS_SEARCH, platformdirs))

    def test_llmsearch_gives_only_names_that_exist(self, platformdirs):
        named = ["platformdirs.user_cache_path", "platformdirs.cache_folder"]
        retrieval = retrieval_of(Way.LLM_SEARCH, Documentation(platformdirs), lambda wanted: named)
        (document,) = retrieval.find(self.WANTED, 4)
        assert (document.name, document.summary) == ("platformdirs.user_cache_path", "")

    def test_llm_docssearch_gives_the_documentation_of_the_name_and_of_names_like_it(self, platformdirs):
        names = self.names(Way.LLM_DOCS_SEARCH, platformdirs, lambda wanted: ["platformdirs.user_cache_path"])
        assert names[0] == "platformdirs.user_cache_path"
        assert len(names) == 4

    def test_manual_gives_what_a_file_names(self, platformdirs, tmp_path):
        notes = tmp_path / "notes.md"
        notes.write_text(
            "platformdirs.user_log_dir is for logs, platformdirs.nothing is not there.\n"
            "other.cache_folder becomes platformdirs.user_cache_dir.\n"
        )
        names = self.names(Way.MANUAL, platformdirs, manual=notes)
        assert names == ["platformdirs.user_cache_dir", "platformdirs.user_log_dir"]

    def test_none(self, platformdirs):
        assert self.names(Way.NONE, platformdirs) == []
