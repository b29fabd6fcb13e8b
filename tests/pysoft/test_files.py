import pytest

from pysoft.files import deliver, write_whole, writing_whole


def test_write_whole_makes_folders_and_leaves_nothing_beside(tmp_path):
    file = tmp_path / "a" / "b.txt"
    write_whole(file, "text")
    write_whole(file, b"bytes")
    assert b"bytes" == file.read_bytes()
    assert [file] == list(file.parent.iterdir())
    assert 0o600 != file.stat().st_mode & 0o777, "private to the owner, as no file of a user's own editor would be"


def test_failed_writing_leaves_the_old_file(tmp_path):
    file = tmp_path / "b.txt"
    write_whole(file, "old")

    def fail():
        with writing_whole(file) as temporary:
            temporary.write_text("half of the n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert "old" == file.read_text()
    assert [file] == list(tmp_path.iterdir())


def test_deliver_copies_every_file(tmp_path):
    sources = [tmp_path / "x", tmp_path / "y"]
    for source in sources:
        source.write_text(source.name)
    deliver(sources, tmp_path / "to")
    assert {"x": "x", "y": "y"} == {file.name: file.read_text() for file in (tmp_path / "to").iterdir()}
