import signal
import subprocess
import sys

import pytest

from boards.synthesis.store import Store

TEXT = "Süd\n" * 20


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store")
    store.write("a1", {"log": TEXT, "report": ""})
    return store


@pytest.fixture
def file(store):
    """Where the log of a1 is."""
    (path,) = store.folder.rglob("log")
    return path


def test_what_was_written_is_read(store):
    assert (TEXT, "") == (store.read("a1", "log"), store.read("a1", "report"))
    assert TEXT == Store(store.folder).read("a1", "log")


def test_what_was_not_written_is_absent(store, tmp_path):
    assert store.read("a1", "netlist") is None
    assert store.read("a2", "log") is None
    assert Store(tmp_path / "none").read("a1", "log") is None
    assert not (tmp_path / "none").exists()


def test_what_is_written_again_replaces(store):
    store.write("a1", {"log": "other"})
    assert ("other", "") == (store.read("a1", "log"), store.read("a1", "report"))


def test_any_flipped_bit_is_noticed(store, file):
    whole = file.read_bytes()
    assert len(whole) > 32
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        file.write_bytes(damaged)
        assert store.read("a1", "log") is None, bit
    file.write_bytes(whole)
    assert TEXT == store.read("a1", "log")


def test_any_other_length_is_noticed(store, file):
    whole = file.read_bytes()
    for content in (*(whole[:length] for length in range(len(whole))), whole + b"\0", whole + whole):
        file.write_bytes(content)
        assert store.read("a1", "log") is None


@pytest.mark.parametrize(("key", "name"), [("a1", "report"), ("a2", "log"), ("b1", "log")])
def test_a_file_in_the_wrong_place_is_noticed(store, file, key, name):
    store.write(key, {name: "to be replaced"})
    others = [path for path in store.folder.rglob(name) if path.parent.name == key]
    file.replace(*others)
    assert store.read(key, name) is None


def test_a_damaged_file_can_be_written_again(store, file):
    file.write_bytes(b"")
    store.write("a1", {"log": TEXT})
    assert TEXT == store.read("a1", "log")


def test_a_folder_in_the_place_of_a_file_is_damage_like_any_other(store, file):
    file.unlink()
    (file / "deep").mkdir(parents=True)
    (file / "deep" / "file").write_text("in the way")
    assert store.read("a1", "log") is None
    store.write("a1", {"log": TEXT})
    assert TEXT == store.read("a1", "log")


def test_a_folder_that_cannot_be_raises(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        Store(tmp_path / "file").write("a1", {"log": TEXT})


def test_writers_that_are_killed_leave_whole_texts(tmp_path):
    texts = ["a" * 1_000_000, "b" * 1_000_000]
    program = (
        "import sys\nfrom pathlib import Path\nfrom boards.synthesis.store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "while True:\n    store.write('a1', {'log': sys.argv[2] * 1_000_000})\n    print(flush=True)\n"
    )
    store = Store(tmp_path)
    command = [sys.executable, "-c", program, str(tmp_path)]
    writers = [subprocess.Popen([*command, letter], stdout=subprocess.PIPE) for letter in "ab"]
    for writer in writers:
        writer.stdout.readline()  # it has written once
    for writer in writers:
        assert all(store.read("a1", "log") in texts for _ in range(50))
        writer.kill()
        assert -signal.SIGKILL == writer.wait()
        writer.stdout.close()
    assert store.read("a1", "log") in texts
