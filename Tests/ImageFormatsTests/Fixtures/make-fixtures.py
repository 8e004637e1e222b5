"""Writes the fixtures of ImageFormatsTests: files by Pillow, SciPy, gzip, tarfile and zipfile, and what
they hold, as JSON, computed by NumPy and Pillow. Usage: make-fixtures.py FOLDER"""

import base64
import gzip
import io
import json
import os
import struct
import sys
import tarfile
import zipfile
import zlib

import numpy as np
import scipy.io
from PIL import Image

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.default_rng(20240717)
pictures, refused, resizes, sets = {}, {}, [], {}


def path(name):
    return os.path.join(folder, name)


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.uint8).tobytes()).decode()


def photo(height, width, channels):
    """Smooth colours with some noise: like a photograph to a codec."""
    y, x = np.mgrid[0:height, 0:width]
    a, b, c, d = random.uniform(0.05, 0.5, (4, channels))
    p = 128 + 60 * np.sin(x[..., None] * a + y[..., None] * b) + 50 * np.cos(x[..., None] * c - y[..., None] * d)
    p = np.clip(p + random.normal(0, 6, p.shape), 0, 255).astype(np.uint8)
    return p[..., 0] if channels == 1 else p


def record(name, pixels, note=None):
    pixels = np.atleast_3d(pixels)
    pictures[name] = {"shape": list(pixels.shape), "pixels": text(pixels)}


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


# MARK: JPEG

def jpeg(name, image, **options):
    with open(path(name), "wb") as file:
        file.write(encoded(image, "JPEG", **options))
    return name


grey, colour = Image.fromarray(photo(37, 53, 1)), Image.fromarray(photo(37, 53, 3))
for name, image, options in [
    ("grey.jpg", grey, {}),
    ("colour.jpg", colour, {}),
    ("colour-444.jpg", colour, {"subsampling": 0, "quality": 95}),
    ("colour-422.jpg", colour, {"subsampling": 1}),
    ("progressive.jpg", colour, {"progressive": True}),
    ("one-pixel.jpg", Image.fromarray(photo(1, 1, 3)), {}),
    ("exif.jpg", colour, {"exif": b"Exif\0\0" + bytes(20000)}),
]:
    jpeg(name, image, **options)
    record(name, np.asarray(Image.open(path(name))))
jpeg("cmyk.jpg", colour.convert("CMYK"))
refused["cmyk.jpg"] = "CMYK"


# MARK: PNG

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def handmade(pixels, depth, colour_type, interlaced=False):
    """PNG variants that Pillow does not write: 16 bits of colour, Adam7."""
    height, width = pixels.shape[:2]
    kind = ">u2" if depth == 16 else np.uint8
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    rows = b""
    for top, left, down, right in passes:
        part = pixels[top::down, left::right]
        if part.size:
            rows += b"".join(b"\0" + row.astype(kind).tobytes() for row in part)
    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def png(name, data, pixels):
    with open(path(name), "wb") as file:
        file.write(data)
    record(name, pixels)


p1, p3 = photo(19, 27, 1), photo(19, 27, 3)
alpha = random.integers(0, 256, (19, 27, 1), dtype=np.uint8)
png("grey.png", encoded(Image.fromarray(p1), "PNG"), p1)
png("colour.png", encoded(Image.fromarray(p3), "PNG"), p3)
png("grey-alpha.png", encoded(Image.fromarray(np.dstack([p1, alpha])), "PNG"), p1)
png("colour-alpha.png", encoded(Image.fromarray(np.dstack([p3, alpha])), "PNG"), p3)
bilevel = Image.fromarray(p1).convert("1")
png("bilevel.png", encoded(bilevel, "PNG"), np.asarray(bilevel.convert("L")))
palette = Image.fromarray(p3).quantize(13)
png("palette.png", encoded(palette, "PNG"), np.asarray(palette.convert("RGB")))
png("palette-transparent.png", encoded(palette, "PNG", transparency=3), np.asarray(palette.convert("RGB")))
grey16 = random.integers(0, 65536, (19, 27, 1))
colour16 = random.integers(0, 65536, (19, 27, 3))
png("grey-16.png", handmade(grey16, 16, 0), np.floor(grey16 / 257 + 0.5))
png("colour-16.png", handmade(colour16, 16, 2), np.floor(colour16 / 257 + 0.5))
png("interlaced.png", handmade(p3, 8, 2, interlaced=True), p3)
for name in ["interlaced.png", "colour-alpha.png"]:  # the handmade ones are what they should be
    assert np.array_equal(np.asarray(Image.open(path(name)).convert("RGB")), p3), name


# MARK: resizing

for channels in (1, 3):
    image = photo(32, 32, channels)
    tall = random.integers(0, 256, (61, 17, 3), dtype=np.uint8)
    tall = tall[..., 0] if channels == 1 else tall
    for source, (height, width) in [
        (image, (64, 64)), (image, (56, 56)), (image, (16, 16)), (image, (13, 29)), (image, (32, 45)),
        (image, (1, 1)), (image, (32, 32)), (tall, (32, 32)), (tall, (7, 90)), (tall, (5, 3)),
    ]:
        small = np.asarray(Image.fromarray(source).resize((width, height), Image.BILINEAR))
        resizes.append({
            "from": list(np.atleast_3d(source).shape), "pixels": text(source),
            "to": list(np.atleast_3d(small).shape), "resized": text(small),
        })


# MARK: sets

def described(files, name, classes, train, test, options=None):
    """train, test: (images [N, H, W, C], labels [N])"""
    shape = list(train[0].shape[1:])
    levels = train[0].reshape(-1, shape[2]) / 255
    sets[name] = {
        "files": files, "classes": classes, "shape": shape,
        "train": text(train[0]), "trainLabels": [int(x) for x in train[1]],
        "test": text(test[0]), "testLabels": [int(x) for x in test[1]],
        "mean": list(levels.mean(axis=0)), "std": list(levels.std(axis=0)),
    }


def noise(*shape):
    return random.integers(0, 256, shape, dtype=np.uint8)


def idx(name, array):
    data = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    if name.endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    with open(path(name), "wb") as file:
        file.write(data)


names = [str(i) for i in range(10)]
x, y = noise(23, 6, 5), random.integers(0, 10, 23, dtype=np.uint8)
u, v = noise(7, 6, 5), random.integers(0, 10, 7, dtype=np.uint8)
for suffix in ("", ".gz"):
    idx("train-images-idx3-ubyte" + suffix, x)
    idx("train-labels-idx1-ubyte" + suffix, y)
    idx("t10k-images-idx3-ubyte" + suffix, u)
    idx("t10k-labels-idx1-ubyte" + suffix, v)
    described(
        [f"{a}-{b}" + suffix for a in ("t10k", "train") for b in ("labels-idx1-ubyte", "images-idx3-ubyte")],
        "idx" + suffix, names, (x[..., None], y), (u[..., None], v))

with open(path("pictures.json"), "w") as file:
    json.dump({"pictures": pictures, "refused": refused}, file)
with open(path("resizes.json"), "w") as file:
    json.dump(resizes, file)
with open(path("sets.json"), "w") as file:
    json.dump(sets, file)
