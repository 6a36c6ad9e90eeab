"""What was published before is used again only when it is still exactly that."""

from pathlib import Path

from docs_site.engine.store import ContentStore, digest_of


def test_the_same_content_is_the_same_file_wherever_it_is_linked(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "objects")
    store.link(store.put(b"page"), tmp_path / "old" / "a.html")
    store.link(ContentStore(tmp_path / "objects").put(b"page"), tmp_path / "new" / "b.html")
    old, new = (tmp_path / "old" / "a.html").stat(), (tmp_path / "new" / "b.html").stat()
    assert (old.st_ino, old.st_mtime_ns) == (new.st_ino, new.st_mtime_ns)


def test_a_content_that_was_changed_on_the_disk_is_no_content(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "objects")
    digest = store.put(b"page")
    store.link(digest, tmp_path / "site" / "a.html")
    # Written into in its place, as an editor does: the stored file is the same one.
    (tmp_path / "site" / "a.html").write_bytes(b"edited")
    later = ContentStore(tmp_path / "objects")
    assert later.read(digest) is None
    assert not later.has(digest)
    later.link(later.put(b"page"), tmp_path / "next" / "a.html")
    assert (tmp_path / "next" / "a.html").read_bytes() == b"page"
    assert (tmp_path / "site" / "a.html").read_bytes() == b"edited"


def test_what_is_not_kept_is_gone_with_what_a_killed_run_left(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "objects")
    kept, other = store.put(b"kept"), store.put(b"other")
    unfinished = tmp_path / "objects" / kept[:2] / f"{kept}.tmp"
    unfinished.write_bytes(b"ke")
    store.keep_only({kept})
    assert store.read(kept) == b"kept"
    assert store.read(other) is None
    assert not unfinished.exists()


def test_a_digest_is_that_of_the_content() -> None:
    assert digest_of(b"a") == digest_of(b"a") != digest_of(b"b")
