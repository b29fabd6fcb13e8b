import os

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


def test_symbolic_link_is_followed(tmp_path):
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    for content in ("new", "over"):
        write_whole(link, content)
        assert link.is_symlink()
        assert content == target.read_text()


def test_mode_of_an_older_file_is_kept(tmp_path):
    file = tmp_path / "private"
    write_whole(file, "old")
    file.chmod(0o600)
    write_whole(file, "new")
    assert 0o600 == file.stat().st_mode & 0o777


def test_what_is_no_regular_file_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, "text")
    assert b"text" == os.read(reader, 10)
    os.close(reader)
    assert pipe.is_fifo()


def test_folder_in_the_way_is_named(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder") as caught:
        write_whole(tmp_path, "text")
    assert str(tmp_path) == caught.value.filename


def test_unwritable_place_is_named_and_not_its_temporary_file(tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "x.v"
    with pytest.raises(OSError, match=r"x\.v") as caught:
        write_whole(path, "text")
    assert str(path) == caught.value.filename
