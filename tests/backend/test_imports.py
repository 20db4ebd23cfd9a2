"""Photos come in over the API: upright, clean, once; and what is no photo is refused by name."""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from backend.installation import Installation
from backend.main import create_app
from backend.photos.decode import PhotoRefused, decode_photo
from backend.photos.service import split_of
from backend.photos.tables import Photo
from backend.settings import Settings
from tests.backend.team import Team, make_user, photo_bytes

ORIENTATION, ARTIST, MAKER_NOTE = 0x0112, 0x013B, 0x927C


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def corner_picture() -> Image.Image:
    """60 x 40 px, blue, with a red corner at the top left and a green one at the top right."""
    image = Image.new("RGB", (60, 40), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 20, 20))
    image.paste((0, 255, 0), (40, 0, 60, 20))
    return image


def huge_png(width: int, height: int) -> bytes:
    """A valid 1-bit PNG of many black pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\x00" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_jpeg_of_lower_quality_keeps_it_and_does_not_grow() -> None:
    scene = Image.open(io.BytesIO(photo_bytes(90, size=256))).convert("RGB")
    noise = np.random.default_rng(0).integers(0, 40, (256, 256, 3), dtype=np.uint8)
    scene = Image.fromarray(np.asarray(scene) // 2 + noise)
    web = encoded(scene, "JPEG", quality=80, subsampling=2)
    stored = decode_photo(web, 10**6).jpeg
    assert len(stored) < 1.1 * len(web) < 0.7 * len(encoded(scene, "JPEG", quality=95, subsampling=0))
    assert np.abs(decoded(stored) - decoded(web)).mean() < 1

    best = encoded(scene, "JPEG", quality=100, subsampling=0)
    afresh = encoded(Image.open(io.BytesIO(best)), "JPEG", quality=95, subsampling=0)
    assert len(decode_photo(best, 10**6).jpeg) == len(afresh)

    exif = Image.Exif()
    exif[ORIENTATION] = 6
    turned = decode_photo(encoded(scene, "JPEG", quality=80, subsampling=2, exif=exif), 10**6).jpeg
    assert len(turned) > 1.3 * len(web)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_upright(orientation: int) -> None:
    upright = corner_picture()
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(back[orientation]) if orientation in back else upright
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    for format in ("JPEG", "PNG", "WEBP"):
        options: dict[str, Any] = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}.get(
            format, {}
        )
        photo = decode_photo(encoded(stored, format, exif=exif, **options), 10**6)
        assert (photo.width, photo.height) == (60, 40)
        assert np.abs(decoded(photo.jpeg) - decoded(encoded(upright, "PNG"))).mean() < 4


@pytest.mark.parametrize("damage", ["header", "tags", "empty"])
def test_broken_exif_does_not_keep_a_photo_out(damage: str) -> None:
    exif = {
        "header": b"Exif\x00\x00" + b"\xff" * 40,
        "tags": b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00" + struct.pack("<HHII", ORIENTATION, 7, 2**31, 2**31) * 2,
        "empty": b"Exif\x00\x00",
    }[damage]
    photo = decode_photo(encoded(corner_picture(), "JPEG", exif=exif), 10**6)
    assert (photo.width, photo.height) == (60, 40)


def test_odd_exif_beside_an_orientation_does_not_keep_a_photo_out() -> None:
    entry = struct.pack("<HHII", ORIENTATION, 3, 1, 6) + struct.pack("<HHII", 0x0110, 12, 3, 2**30)
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00" + entry + b"\x00" * 4
    photo = decode_photo(encoded(corner_picture().rotate(90, expand=True), "JPEG", exif=exif), 10**6)
    assert (photo.width, photo.height) == (60, 40)


def test_every_kind_of_pixel_becomes_the_rgb_that_one_sees() -> None:
    ramp = np.linspace(0, 65535, 64).astype(np.uint16)[None, :].repeat(64, axis=0)
    grey16 = decoded(decode_photo(encoded(Image.fromarray(ramp), "PNG"), 10**6).jpeg)
    assert np.abs(grey16 - np.linspace(0, 255, 64)[None, :, None]).max() < 4
    # Not stretched to its own brightest pixel: a dark photo stays dark.
    dim = decoded(decode_photo(encoded(Image.fromarray(ramp // 4), "PNG"), 10**6).jpeg)
    assert np.abs(dim - np.linspace(0, 63.75, 64)[None, :, None]).max() < 4

    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 32, 64))
    for format in ("PNG", "WEBP"):
        pixels = decoded(decode_photo(encoded(clear, format), 10**6).jpeg)
        assert np.abs(pixels[:, 40:] - 255).max() < 6 and np.abs(pixels[:, :24] - (0, 0, 255)).max() < 6

    palette = corner_picture().quantize(8)
    assert np.abs(decoded(decode_photo(encoded(palette, "PNG"), 10**6).jpeg)[5, 5] - (255, 0, 0)).max() < 12
    cmyk = decoded(decode_photo(encoded(corner_picture().convert("CMYK"), "JPEG", quality=95), 10**6).jpeg)
    assert cmyk[30, 30, 2] > 200 > 60 > cmyk[30, 30, 0]
    one_bit = decode_photo(encoded(Image.new("1", (64, 64), 1), "PNG"), 10**6)
    assert decoded(one_bit.jpeg).min() > 250


def test_limits_are_read_from_the_header() -> None:
    bomb = huge_png(20_000, 10_000)
    assert len(bomb) < 100_000
    with pytest.raises(PhotoRefused, match="60 megapixels"):
        decode_photo(bomb, 60_000_000)
    with pytest.raises(PhotoRefused, match=r"8000×8000.*60 megapixels"):
        decode_photo(huge_png(8_000, 8_000), 60_000_000)
    with pytest.raises(PhotoRefused, match="megapixels"):
        decode_photo(huge_png(40_000, 1), 60_000_000)
    with pytest.raises(PhotoRefused, match="too small"):
        decode_photo(encoded(Image.new("RGB", (200, 31)), "PNG"), 60_000_000)


def test_splits_follow_the_picture_and_the_share() -> None:
    rng = np.random.default_rng(3)
    hashes = [rng.bytes(32).hex() for _ in range(4000)]
    splits = [split_of(sha, 0.2) for sha in hashes]
    assert splits == [split_of(sha, 0.2) for sha in hashes]
    assert abs(splits.count("val") / 4000 - 0.1) < 0.02 and abs(splits.count("test") / 4000 - 0.1) < 0.02


def refusals() -> dict[str, tuple[bytes, str]]:
    """Files that are no photos, by name, with a word of the reason."""
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    jpeg = photo_bytes(90, size=256)
    return {
        "text.jpg": (b"This is not a photo, whatever its name says." * 50, "not a JPEG"),
        "cut.jpg": (jpeg[: len(jpeg) // 2], "broken or incomplete"),
        "moving.gif": (encoded(frames[0], "GIF"), "not a JPEG"),
        "moving.webp": (encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "animation"),
        "moving.png": (encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), "animation"),
        "huge.png": (huge_png(20_000, 10_000), "megapixels"),
        "empty.jpg": (b"", "not a JPEG"),
        "vector.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a JPEG"),
        "tiny.png": (encoded(Image.new("RGB", (8, 8)), "PNG"), "too small"),
    }


def test_what_is_no_photo_is_refused_by_name_and_the_rest_comes_in(team: Team) -> None:
    project_id = team.project()
    refused = refusals()
    photos = {name: data for name, (data, _) in refused.items()} | {
        "good.jpg": photo_bytes(1),
        "b.webp": photo_bytes(2),
    }
    items = {item["name"]: item for item in team.import_photos(project_id, photos)}
    for name, (_, reason) in refused.items():
        assert items[name]["outcome"] == "refused" and reason in items[name]["reason"], items[name]
        assert items[name]["photo_id"] is None
    assert items["good.jpg"]["outcome"] == items["b.webp"]["outcome"] == "imported"

    (listed,) = team.admin.get(f"/projects/{project_id}/imports").json()["items"]
    assert (listed["imported"], listed["refused"], listed["done"], listed["state"]) == (2, 9, 11, "done")
    path = f"/projects/{project_id}/imports/{listed['id']}/items?outcome=refused&limit=5"
    page = team.admin.get(path).json()
    rest = team.admin.get(f"{path}&after={page['next']}").json()
    assert {item["name"] for item in page["items"] + rest["items"]} == set(refused) and rest["next"] is None
    assert team.admin.get(f"/projects/{project_id}").json()["counts"]["pending"] == 2
    assert len(team.annotator.get(f"/projects/{project_id}/photos").json()["items"]) == 2


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_above_the_limit_is_refused(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"max_photo_bytes": 2**20}))
    facet = app.state.installation
    admin = make_user(app, facet, "admin", "Ada")
    team = Team(app, facet, admin, admin, admin, admin)
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (700, 700, 3), dtype=np.uint8))
    large = encoded(noise, "PNG")
    assert len(large) > 2**20
    items = team.import_photos(team.project(), {"large.png": large, "small.jpg": photo_bytes(1)})
    assert [(item["outcome"], item["reason"]) for item in items] == [
        ("refused", "It is larger than 1 MiB."),
        ("imported", None),
    ]
    facet.close()


def test_nothing_of_the_originals_metadata_is_served(team: Team) -> None:
    exif = Image.Exif()
    exif[ARTIST] = "Secret Artist"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (52.0, 31.0, 12.0)
    secret = photo_bytes(5, exif=exif, icc_profile=b"Secret profile" * 20, comment=b"Secret comment")
    assert b"Secret Artist" in secret and b"Secret comment" in secret
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "Secret text")
    items = team.import_photos(team.project(), {"a.jpg": secret, "b.png": photo_bytes(6, format="PNG", pnginfo=text)})
    for item in items:
        for kind in ("image", "thumbnail"):
            served = team.annotator.get(f"/photos/{item['photo_id']}/{kind}").content
            assert b"Secret" not in served and b"Exif" not in served and b"ICC" not in served
            assert set(Image.open(io.BytesIO(served)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert [item["outcome"] for item in items] == ["imported"] * 2


def test_duplicates_are_named(team: Team) -> None:
    project_id = team.project()
    pixels = Image.open(io.BytesIO(photo_bytes(3, format="PNG")))
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "another file of the same picture")
    exif = Image.Exif()
    exif[ORIENTATION] = 3
    team.import_photos(project_id, {"first.png": encoded(pixels, "PNG"), "jpeg.jpg": photo_bytes(4)})
    again = team.import_photos(
        project_id,
        {
            "copy.png": encoded(pixels, "PNG"),
            "metadata.png": encoded(pixels, "PNG", pnginfo=text, compress_level=1),
            "lossless.webp": encoded(pixels, "WEBP", lossless=True),
            "turned.png": encoded(pixels.rotate(180), "PNG", exif=exif),
            "jpeg-copy.jpg": photo_bytes(4),
            "mirrored.png": encoded(pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "PNG"),
        },
    )
    assert [(item["outcome"], item["duplicate_of"]) for item in again] == [
        ("duplicate", "first.png"),
        ("duplicate", "first.png"),
        ("duplicate", "first.png"),
        ("duplicate", "first.png"),
        ("duplicate", "jpeg.jpg"),
        ("imported", None),
    ]
    # Another project knows nothing of them.
    other = team.import_photos(team.project("Others"), {"copy.png": encoded(pixels, "PNG")})
    assert other[0]["outcome"] == "imported"


def test_a_repeated_request_counts_once(team: Team) -> None:
    project_id = team.project()
    team.import_photos(project_id, {"known.jpg": photo_bytes(1)})
    started = team.admin.post(f"/projects/{project_id}/imports", 201, json={"expected": 3}).json()
    path = f"/projects/{project_id}/imports/{started['id']}/files"
    contents = {"new.jpg": photo_bytes(2), "again.jpg": photo_bytes(1), "text.jpg": b"no photo"}
    files = [("files", (name, data)) for name, data in contents.items()]
    answers = [team.admin.post(path, 200, files=files).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert [item["outcome"] for item in answers[0]["items"]] == ["imported", "duplicate", "refused"]
    assert (answers[2]["import"]["done"], answers[2]["import"]["state"]) == (3, "done")
    assert team.admin.post(path, files=files * 3).status_code == 422


def test_two_imports_of_the_same_photos_at_once(team: Team) -> None:
    project_id = team.project()
    photos = {f"face{seed}.jpg": photo_bytes(seed) for seed in range(6)}
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: team.import_photos(project_id, photos), range(4)))
    outcomes = [[items[number]["outcome"] for items in results] for number in range(6)]
    assert all(sorted(each) == ["duplicate"] * 3 + ["imported"] for each in outcomes)
    assert team.admin.get(f"/projects/{project_id}").json()["photos"] == 6


def test_stems_are_safe_and_unique_in_a_project(team: Team, facet: Installation) -> None:
    names = ["a/face.jpg", "b/face.jpg", "b/face.png", "Grüße aus Köln.jpg", "顔.jpg", "..jpg", "x" * 200 + ".jpg"]
    photos = dict(zip(names, (photo_bytes(seed) for seed in range(len(names))), strict=True))
    items = team.import_photos(project_id := team.project(), photos)
    assert {item["outcome"] for item in items} == {"imported"}
    with facet.db.reading() as session:
        rows = session.execute(select(Photo.name, Photo.stem).where(Photo.project_id == project_id)).all()
    stems = {row.name: row.stem for row in rows}
    assert len(set(stems.values())) == len(names)
    assert stems["a/face.jpg"] == "face" and stems["b/face.jpg"].startswith("face-")
    assert "顔.jpg" in stems
    assert all(stem.replace("-", "").replace("_", "").isalnum() and stem.isascii() for stem in stems.values())


def test_stems_that_differ_in_case_alone_do_not_meet_in_a_dataset(team: Team, facet: Installation) -> None:
    """Unpacked where case does not count, such as on a desktop's disk, one file would take the other's place."""
    project_id = team.project()
    for seed, name in enumerate(("Face_1.jpg", "other.jpg", "face_1.jpg", "FACE_1.PNG")):
        team.import_photos(project_id, {name: photo_bytes(seed)})
    with facet.db.reading() as session:
        rows = session.execute(select(Photo.name, Photo.stem, Photo.pixels_sha256).order_by(Photo.id)).all()
    stems = [row.stem for row in rows]
    assert stems[:2] == ["Face_1", "other"]
    assert stems[2:] == [
        f"{stem}-{row.pixels_sha256[:10]}" for stem, row in zip(("face_1", "FACE_1"), rows[2:], strict=True)
    ]
    with pytest.raises(IntegrityError), facet.db.transaction() as session:
        session.execute(update(Photo).where(Photo.stem == "other").values(stem="FACE_1"))


def test_images_are_cached_for_ever_and_never_sniffed(team: Team) -> None:
    project_id = team.project()
    team.import_photos(project_id, {"a.jpg": photo_bytes(1, size=640)})
    (photo,) = team.annotator.get(f"/projects/{project_id}/photos").json()["items"]
    assert (photo["width"], photo["height"], photo["state"]) == (640, 640, "pending")
    for url, side in ((photo["image_url"], 640), (photo["thumbnail_url"], 320)):
        path = url.removeprefix("/api/v1")
        answer = team.annotator.get(path)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "content-encoding" not in answer.headers
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert Image.open(io.BytesIO(answer.content)).size == (side, side)
        fresh = team.annotator.get(path, 304, headers={"If-None-Match": answer.headers["etag"]})
        assert fresh.content == b"" and fresh.headers["etag"] == answer.headers["etag"]
