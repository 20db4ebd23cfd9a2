"""Photos from the blob store as arrays."""

import cv2
import numpy as np

from backend.blobs import BlobMissing, BlobStore


def load_photo(blobs: BlobStore, sha256: str) -> np.ndarray:
    """(H, W, 3) uint8 RGB of a photo that Facet stored. BlobMissing when it is gone or damaged."""
    pixels = cv2.imdecode(np.frombuffer(blobs.get(sha256), np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise BlobMissing(f"{sha256}: the stored photo cannot be decoded")
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
