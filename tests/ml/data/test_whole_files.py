from pathlib import Path

from ml.data.whole_files import write_whole


def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 125 + ".jpg")
    write_whole(path, b"one")
    write_whole(path, b"another")
    assert path.read_bytes() == b"another"
    assert list(tmp_path.iterdir()) == [path]
