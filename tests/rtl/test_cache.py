from concurrent.futures import ThreadPoolExecutor

from rtl.cache import content_key, default_cache, publish


def test_cache_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("MITCHELL_CACHE", raising=False)
    assert default_cache("sim") == tmp_path / "xdg" / "mitchell" / "sim"
    monkeypatch.setenv("MITCHELL_CACHE", str(tmp_path / "own"))
    assert default_cache("board") == tmp_path / "own" / "board"


def test_key_tells_every_part_from_its_neighbours():
    keys = {content_key(parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["ab", "c", ""])}
    assert len(keys) == 4
    assert content_key(iter(["ab", "c"])) in keys


def test_what_is_published_first_stays(tmp_path):
    for text in ("first", "second"):
        source = tmp_path / "source"
        source.write_text(text)
        publish([source], tmp_path / "final")
    assert (tmp_path / "final" / "source").read_text() == "first"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["final", "source"]


def test_many_publish_at_once(tmp_path):
    source = tmp_path / "source"
    source.write_text("whole")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: publish([source], tmp_path / "final"), range(16)))
    assert [each.read_text() for each in (tmp_path / "final").iterdir()] == ["whole"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["final", "source"]
