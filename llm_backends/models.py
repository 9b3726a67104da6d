"""Known models, and how their files get here: resumed where a download broke off, and verified."""

from __future__ import annotations

import hashlib
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path

from llm_backends.protocol import BackendError

_CHUNK = 1 << 20
_TIMEOUT = 60  # seconds without a byte


@dataclass(frozen=True)
class KnownModel:
    """A model: the backend that runs it, its file, its size in bytes (0 when not known), its sources."""

    name: str
    backend: str
    file: str
    size: int
    licence: str
    sha256: str
    sources: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where the file lies, or will."""
        return models_folder() / self.file


def models_folder() -> Path:
    """Where pulled models are kept."""
    from platformdirs import user_data_path

    return user_data_path("mlops-adapter") / "models"


@cache
def known_models() -> tuple[KnownModel, ...]:
    """The models that ship as known."""
    import yaml

    items = yaml.safe_load((files("llm_backends") / "models.yaml").read_text("utf-8"))
    return tuple(KnownModel(**{**item, "sources": tuple(item["sources"])}) for item in items)


def find_model(name: str) -> KnownModel:
    """A known model by name.

    Raises:
        BackendError: there is none.
    """
    for model in known_models():
        if model.name == name:
            return model
    names = ", ".join(model.name for model in known_models())
    raise BackendError(f"there is no known model {name!r}; there is: {names}")


def model_path(text: str) -> Path:
    """The file that a spec means: a path, or the name of a model that was pulled."""
    path = Path(text).expanduser()
    pulled = next((model.path for model in known_models() if model.name == text), None)
    return pulled if pulled is not None and not path.exists() else path


def pull(
    model: KnownModel,
    *,
    sha256: str = "",
    source: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """The verified file of a model, downloaded when it is not there; what an earlier try left is used.

    Raises:
        BackendError: no checksum is known, no source can be reached, or the file is not the right one.
    """
    model = replace(
        model, sha256=(sha256 or model.sha256).lower(), sources=(source,) if source else model.sources
    )
    if not model.sha256:
        raise BackendError(f"no checksum of {model.name} is known here; give it with --sha256")
    if model.path.is_file() and file_digest(model.path) == model.sha256:
        return model.path
    model.path.parent.mkdir(parents=True, exist_ok=True)
    part = model.path.with_name(f"{model.path.name}.part")
    problems: list[str] = []
    for url in model.sources:
        try:
            _download(url, part, model.size, progress)
        except (OSError, urllib.error.URLError) as error:
            problems.append(f"{url}: {getattr(error, 'reason', None) or error}")
            continue
        found = file_digest(part)
        if found == model.sha256:
            part.replace(model.path)
            return model.path
        part.unlink()
        problems.append(f"{url}: its SHA-256 is {found}, not {model.sha256}; it was thrown away")
    raise BackendError(f"{model.name} cannot be had: {'; '.join(problems)}; run the command again to go on")


def _download(url: str, part: Path, size: int, progress: Callable[[int, int], None]) -> None:
    """Download to a file, going on behind what it holds already where the server can do that."""
    done = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={done}-"} if done else {})  # noqa: S310
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT)  # noqa: S310 - sources are the user's
    except urllib.error.HTTPError as error:
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and done:
            return
        raise
    with response:
        goes_on = getattr(response, "status", None) == HTTPStatus.PARTIAL_CONTENT
        done = done if goes_on else 0
        total = size or done + int(response.headers.get("Content-Length") or 0)
        if shutil.disk_usage(part.parent).free < total - done:
            raise OSError(f"there is no room for {total - done} bytes in {part.parent}")
        with part.open("ab" if goes_on else "wb") as stream:
            while chunk := response.read(_CHUNK):
                stream.write(chunk)
                done += len(chunk)
                progress(done, total)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
