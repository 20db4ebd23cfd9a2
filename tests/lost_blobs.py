"""A store of blobs that was damaged, as nothing in Facet does it: no blob is ever deleted."""

from backend.installation import Installation


def lose_blob(facet: Installation, sha256: str) -> None:
    """Takes a blob out of the installation's folder."""
    (path,) = (facet.settings.data_dir / "blobs").rglob(sha256)
    path.unlink()
