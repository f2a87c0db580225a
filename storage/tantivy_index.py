"""The embedded search engine: tantivy, in this process, in one folder.

A commit replaces ``meta.json`` whole, so a writer killed in mid-commit leaves the
index as it was. Readers look at that file before each search and reload only when
it has changed. Design §4 and §6 have the reasons for this engine.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import tantivy

from storage.errors import Broken, Transient
from storage.index_columns import document_id, kind_and_key
from storage.query import Facets, Found, Kind, Order, Search
from storage.search import Document, Gone, SearchSchema
from storage.tantivy_generations import GenerationFolders, Generations, Stamp, file_stamp
from storage.tantivy_query import Translator
from storage.tantivy_reading import all_revisions, found_documents, found_facets, revisions
from storage.tantivy_schema import build_schema, newest_of, to_tantivy, to_tantivy_gone

WRITER_MEMORY = 64_000_000
"""Bytes of documents held before a segment is written; one thread."""

ROOM_NEEDED = 32_000_000
"""Bytes; a write that fails with less free than this failed for want of room."""

_NOTHING = Found((), 0)
_NO_FACETS = Facets({}, {}, {}, {}, {})


@dataclass(frozen=True, slots=True)
class _Reader:
    """A generation open for reading, and what it looked like when last loaded."""

    name: str
    index: tantivy.Index
    generations: Stamp | None
    commit: Stamp | None


class TantivyIndex:
    """A SearchIndex in a folder; opens and makes it when first used."""

    def __init__(self, folder: Path, schema: SearchSchema) -> None:
        self._folders = GenerationFolders(folder)
        self._version = schema.version
        self._schema = build_schema()
        self._lock = threading.Lock()
        self._reader: _Reader | None = None

    def write(self, documents: Iterable[Document], gone: Gone | None = None) -> None:
        """Put and remove documents as one batch; see SearchIndex."""
        newest = newest_of(documents)
        removed = _by_number(gone or {})
        if not newest and not removed:
            return
        folder = self._folders.path(self._writable())
        with self._failures_named(folder), _writer(self._open(folder)) as (writer, searcher):
            held = self._revisions(searcher, [*newest, *removed])
            for number, revision in removed.items():
                if held.get(number, revision) <= revision:
                    held[number] = revision
                    self._put(writer, number, to_tantivy_gone(number, revision, self._schema))
            for number, document in newest.items():
                if held.get(number, document.revision) <= document.revision:
                    self._put(writer, number, to_tantivy(document, self._schema))
            writer.commit()

    def _put(self, writer: tantivy.IndexWriter, number: int, document: tantivy.Document) -> None:
        writer.delete_documents_by_term("document", number)
        writer.add_document(document)

    def search(self, search: Search) -> Found:
        """Answer one question; see SearchIndex. An index never written to is empty."""
        index = self._readable()
        if index is None:
            return Found((), 0, _NO_FACETS) if search.facets else _NOTHING
        searcher = index.searcher()
        scored = search.order is Order.RELEVANCE
        ranked = Translator(self._schema, search.kind, scored=scored).search(search)
        try:
            documents, count = found_documents(searcher, ranked, search)
            facets = found_facets(searcher, self._counted(search)) if search.facets else None
        except (ValueError, OSError) as error:
            raise Broken("index-search-failed", detail=str(error)) from error
        return Found(documents, count, facets)

    def _counted(self, search: Search) -> tantivy.Query:
        return Translator(self._schema, search.kind, scored=False).search(search)

    def contents(self) -> Mapping[tuple[Kind, int], int]:
        """The revision of every document held; see SearchIndex."""
        generations = self._folders.current()
        if generations is None or self._folders.version(generations.written) != self._version:
            return {}
        index = self._open(self._folders.path(generations.written))
        return {
            kind_and_key(number): revision
            for number, revision in all_revisions(index.searcher(), self._schema)
        }

    def is_current(self) -> bool:
        """Whether the index can be used as it is; see SearchIndex."""
        now = self._folders.current()
        if now is None:
            return True
        return now.read == now.written and self._folders.version(now.read) == self._version

    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way; see SearchIndex."""
        now = self._folders.current()
        if now is None or now.read == now.written:
            return False
        return self._folders.version(now.written) == self._version

    def withdraw(self, gone: Gone) -> None:
        """Take documents away from readers; see SearchIndex."""
        now = self._folders.current()
        removed = _by_number(gone)
        if now is None or not removed or self._folders.version(now.read) != self._version:
            return
        folder = self._folders.path(now.read)
        with self._failures_named(folder), _writer(self._open(folder)) as (writer, searcher):
            held = self._revisions(searcher, list(removed))
            for number, revision in removed.items():
                if held.get(number, -1) < revision:
                    self._put(writer, number, to_tantivy_gone(number, revision, self._schema))
            writer.commit()

    def start_anew(self) -> None:
        """Begin a rebuild; see SearchIndex."""
        with self._folders.changing():
            now = self._folders.current()
            new = self._folders.make(self._version)
            self._open(self._folders.path(new))
            keeps = now is not None and self._is_worth_reading(now.read)
            self._folders.use(Generations(read=now.read if now and keeps else new, written=new))

    def finish_anew(self) -> None:
        """Let readers have the new index; see SearchIndex."""
        with self._folders.changing():
            now = self._folders.current()
            if now is not None and now.read != now.written:
                self._folders.use(Generations(read=now.written, written=now.written))

    def close(self) -> None:
        """Nothing to give back: what is open closes with the last who uses it."""

    # Which generation

    def _writable(self) -> str:
        """The generation to write to, made if there is none."""
        now = self._folders.current()
        if now is None:
            with self._folders.changing():
                now = self._folders.current()
                if now is None:
                    name = self._folders.make(self._version)
                    self._open(self._folders.path(name))
                    now = Generations(read=name, written=name)
                    self._folders.use(now)
        if self._folders.version(now.written) != self._version:
            raise Transient("index-not-current")
        return now.written

    def _readable(self) -> tantivy.Index | None:
        """The generation to read, loaded up to its last commit; None if there is none."""
        with self._lock:
            for _ in range(3):
                try:
                    self._reader = self._reloaded(self._reader)
                    break
                except ValueError as error:
                    # the generation was removed between two looks: look again
                    self._reader = None
                    failure = str(error)
            else:
                raise Transient("index-unavailable", detail=failure)
            return self._reader.index if self._reader else None

    def _reloaded(self, reader: _Reader | None) -> _Reader | None:
        stamp = self._folders.stamp()
        if reader is None or reader.generations != stamp:
            now = self._folders.current()
            if now is None:
                return None
            if self._folders.version(now.read) != self._version:
                raise Transient("index-not-current")
            folder = self._folders.path(now.read)
            # stamped before it is opened: a commit meanwhile is then seen next time
            commit = file_stamp(folder / "meta.json")
            return _Reader(now.read, self._open(folder), stamp, commit)
        commit = file_stamp(self._folders.path(reader.name) / "meta.json")
        if commit != reader.commit:
            reader.index.reload()
            return _Reader(reader.name, reader.index, stamp, commit)
        return reader

    def _is_worth_reading(self, name: str) -> bool:
        if self._folders.version(name) != self._version:
            return False
        return self._open(self._folders.path(name)).searcher().num_docs > 0

    def _open(self, folder: Path) -> tantivy.Index:
        index = tantivy.Index(self._schema, str(folder))
        index.config_reader("manual", 0)
        return index

    # Writing

    def _revisions(self, searcher: tantivy.Searcher, numbers: Sequence[int]) -> dict[int, int]:
        """The revisions held of these documents."""
        if not numbers:
            return {}
        query = tantivy.Query.term_set_query(self._schema, "document", numbers)
        return dict(revisions(searcher, query, len(numbers)))

    @contextmanager
    def _failures_named(self, folder: Path) -> Iterator[None]:
        """Say in our words what tantivy says only as text."""
        try:
            yield
        except (ValueError, OSError) as error:
            _name_failure(folder, str(error), error)


def _by_number(gone: Gone) -> dict[int, int]:
    return {document_id(kind, key): revision for (kind, key), revision in gone.items()}


@contextmanager
def _writer(index: tantivy.Index) -> Iterator[tuple[tantivy.IndexWriter, tantivy.Searcher]]:
    """The index's only writer, and a searcher of what is committed by now."""
    writer = index.writer(WRITER_MEMORY, 1)
    try:
        # what a killed writer left half-written
        writer.garbage_collect_files()
        index.reload()
        yield writer, index.searcher()
    except BaseException:
        # Give the lock back even if somebody keeps the exception and its frames;
        # a second failure of the same writer says nothing new.
        with suppress(ValueError):
            writer.wait_merging_threads()
        raise
    writer.wait_merging_threads()


def _name_failure(folder: Path, text: str, error: Exception) -> NoReturn:
    if "LockBusy" in text or not folder.exists():
        raise Transient("index-busy") from error
    if "No space left" in text or shutil.disk_usage(folder).free < ROOM_NEEDED:
        raise Transient("storage-full", folder=str(folder)) from error
    raise Broken("index-write-failed", detail=text) from error
