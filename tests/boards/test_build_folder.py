import json

import pytest

from boards.build_folder import REPORT, files_below, fill_folder
from pysoft.files import check_folder


def report(*names):
    return json.dumps({"files": names})


@pytest.fixture
def work(tmp_path):
    """What has been built: a/new and both."""
    folder = tmp_path / "work"
    (folder / "a").mkdir(parents=True)
    for name in ("a/new", "both"):
        (folder / name).write_text("new")
    return folder


@pytest.fixture
def folder(tmp_path):
    """A folder with an older build, and something else."""
    folder = tmp_path / "build"
    for name in ("a/old", "b/old", "b/deep/old", "c/old", "c/mine", "both", "mine"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / REPORT).write_text(report("a/old", "b/old", "b/deep/old", "c/old", "both", "gone/since"))
    return folder


def test_new_files_replace_those_of_the_older_build_alone(folder, work):
    fill_folder(folder, work, report("a/new", "both"))
    assert ("a/new", "both", "c/mine", "mine", "report.json") == files_below(folder)
    assert ["new", "c/mine", "mine"] == [(folder / name).read_text() for name in ("both", "c/mine", "mine")]
    assert report("a/new", "both") == (folder / REPORT).read_text()


def test_folder_is_made(tmp_path, work):
    fill_folder(tmp_path / "x" / "y", work, report())
    assert ("a/new", "both", "report.json") == files_below(tmp_path / "x" / "y")


@pytest.mark.parametrize("text", ["", "[]", "{}", "7", '{"files": 7}', '{"files": [7, null, {}]}', "\xff"])
def test_report_of_another_program_removes_nothing(folder, work, text):
    (folder / REPORT).write_text(text, encoding="latin-1")
    before = set(files_below(folder))
    fill_folder(folder, work, report())
    assert before | {"a/new"} == set(files_below(folder))


def test_nothing_outside_of_the_folder_is_removed(folder, work, tmp_path):
    (tmp_path / "outside").write_text("mine")
    (folder / REPORT).write_text(report("../outside", "a/../../outside", str(tmp_path / "outside"), "a", "."))
    fill_folder(folder, work, report())
    assert "mine" == (tmp_path / "outside").read_text()
    assert (folder / "a" / "old").exists()


def test_folder_that_can_be_written_to_is_left_as_it_was(folder, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    for path in (folder, folder / "new", tmp_path / "x" / "y" / "z"):
        check_folder(path)
    assert before == sorted(tmp_path.rglob("*"))


def test_folder_that_cannot_be_written_to_raises(folder):
    for path in (folder / "mine", folder / "mine" / "x" / "y"):
        with pytest.raises(
            NotADirectoryError, match=r"nothing can be written there \(Not a directory\): choose"
        ) as caught:
            check_folder(path)
        assert str(path) == caught.value.filename
