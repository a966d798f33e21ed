"""Pictures made to hurt, each by a few lines of code; the table that tells what must come of each."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from hunter.matching.pictures.samples import draw_mark

MARK = draw_mark(1047)


def encode(picture: Image.Image, name: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


def mark(name: str = "PNG", side: int = 256, **options: object) -> bytes:
    return encode(Image.fromarray(MARK).resize((side, side)), name, **options)


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of_size(width: int, height: int) -> bytes:
    """One bit a pixel and all black: a few kilobytes, whatever the size."""
    rows = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    body = b"".join(rows.compress(row) for _ in range(min(height, 13_000))) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def webp_of_size(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + b"\x88\x88\x08\x07" + b"\0" * 8
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def gif_of_size(width: int, height: int) -> bytes:
    plain = bytearray(mark("GIF"))
    plain[6:10] = struct.pack("<HH", width, height)
    return bytes(plain)


def gif_of_frames(count: int) -> bytes:
    one = encode(Image.fromarray(MARK).quantize(8).resize((64, 64)), "GIF")
    colours = 13 + 3 * 2 ** ((one[10] & 7) + 1)
    return one[:colours] + one[colours:-1] * count + b";"


def slow_jpeg() -> bytes:
    """A progressive JPEG whose last scan is repeated: every repetition costs a pass over all its pixels."""
    picture = Image.new("RGB", (4000, 4000), "white")
    picture.paste(Image.fromarray(MARK), (100, 100))
    plain = encode(picture, "JPEG", progressive=True, quality=50)
    last = plain.rindex(b"\xff\xda")
    return plain[:-2] + plain[last:-2] * 2000 + b"\xff\xd9"


def blank_first(name: str) -> bytes:
    """An animation that starts with nothing and then shows a mark."""
    frames = [Image.new("RGB", (256, 256), "white")] * 2 + [Image.fromarray(MARK)] * 2
    return encode(frames[0], name, save_all=True, append_images=frames[1:], duration=100, loop=0)


def text_bomb() -> bytes:
    """A PNG with a compressed comment of 100 megabytes."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(100)) + packer.flush()
    plain = mark()
    return plain[:33] + png_chunk(b"zTXt", b"Comment\0\0" + body) + plain[33:]


def polyglot() -> bytes:
    return mark("GIF") + b"<script>alert(1)</script>"


def exif_turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encode(Image.fromarray(MARK).rotate(90), "JPEG", exif=exif, quality=95)


def deep_grey() -> bytes:
    grey = cv2.cvtColor(MARK, cv2.COLOR_RGB2GRAY).astype(np.uint16) * 257
    return bytes(cv2.imencode(".png", grey)[1])


def deep_colour() -> bytes:
    return bytes(cv2.imencode(".png", MARK[..., ::-1].astype(np.uint16) * 257)[1])


def hidden_under_alpha() -> bytes:
    """A mark that nobody sees: it lies under full transparency, with a black disc in front."""
    alpha = np.zeros(MARK.shape[:2], np.uint8)
    cv2.circle(alpha, (128, 128), 60, 255, -1)
    pixels = np.dstack([MARK, alpha])
    pixels[alpha > 0, :3] = 0
    return encode(Image.fromarray(pixels), "PNG")


def flipped_byte() -> bytes:
    plain = bytearray(mark("JPEG", quality=90))
    plain[-len(plain) // 50] ^= 0x10
    return bytes(plain)


# file -> what a refusal says; None: it is read
TABLE: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "empty": (lambda: b"", "empty"),
    "noise": (lambda: bytes(range(256)) * 8, "unknown_format"),
    "png 8000²": (lambda: png_of_size(8000, 8000), "too_large"),
    "png 13000²": (lambda: png_of_size(13000, 13000), "too_large"),
    "png 30000²": (lambda: png_of_size(30000, 30000), "too_large"),
    "png 65535²": (lambda: png_of_size(65535, 65535), "too_large"),
    "webp 13000²": (lambda: webp_of_size(13000, 13000), "too_large"),
    "gif screen 65535²": (lambda: gif_of_size(65535, 65535), "too_large"),
    "png 1×1": (lambda: encode(Image.new("RGB", (1, 1)), "PNG"), "too_small"),
    "png 30000×1": (lambda: encode(Image.new("RGB", (30000, 1)), "PNG"), "too_small"),
    "png 2000×100": (lambda: encode(Image.new("RGB", (2000, 100)), "PNG"), "too_narrow"),
    "truncated jpeg": (lambda: half(mark("JPEG")), "undecodable"),
    "truncated png": (lambda: half(mark("PNG")), "undecodable"),
    "truncated gif": (lambda: half(mark("GIF")), "undecodable"),
    "truncated webp": (lambda: half(mark("WEBP")), "undecodable"),
    "text bomb": (text_bomb, "undecodable"),
    "eps named png": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", "unknown_format"),
    "psd": (lambda: b"8BPS\0\1" + b"\0" * 6 + struct.pack(">HIIHH", 3, 64, 64, 8, 3) + b"\0" * 400, "unknown_format"),
    "tiff": (lambda: mark("TIFF"), "unknown_format"),
    "bmp": (lambda: mark("BMP"), "unknown_format"),
    "icns": (lambda: mark("ICNS"), "unknown_format"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
    "svg with a prologue": (lambda: b'<?xml version="1.0"?>\n<!-- x --><svg/>', "svg"),
    "html": (lambda: b"<!doctype html><title>x</title><script>1</script>", "unknown_format"),
    "gif of 20000 frames": (lambda: gif_of_frames(20_000), None),
    "gif with a script": (polyglot, None),
    "flipped byte": (flipped_byte, None),
    "exif turned": (exif_turned, None),
    "cmyk jpeg": (lambda: encode(Image.fromarray(MARK).convert("CMYK"), "JPEG"), None),
    "16 bit grey": (deep_grey, None),
    "16 bit colour": (deep_colour, None),
    "grey with alpha": (lambda: encode(Image.fromarray(MARK).convert("LA"), "PNG"), None),
    "palette": (lambda: encode(Image.fromarray(MARK).quantize(32), "PNG"), None),
    "mpo": (lambda: mark("MPO", save_all=True, append_images=[Image.new("RGB", (256, 256))]), None),
    "huge icc": (lambda: mark("JPEG", icc_profile=b"\0" * 500_000), None),
    "black on transparent": (hidden_under_alpha, None),
    "gif, blank first": (lambda: blank_first("GIF"), None),
    "webp, blank first": (lambda: blank_first("WEBP"), None),
    "apng, blank first": (lambda: blank_first("PNG"), None),
    "avif, blank first": (lambda: blank_first("AVIF"), None),
}

# those that show the mark, whatever was done to the file
SAME = (
    "flipped byte", "exif turned", "cmyk jpeg", "16 bit grey", "16 bit colour", "grey with alpha", "palette", "mpo",
    "huge icc", "gif with a script", "gif of 20000 frames", "gif, blank first", "webp, blank first",
    "apng, blank first", "avif, blank first",
)  # fmt: skip
