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
refused["cmyk.jpg"] = "a CMYK JPEG, which is not read"
# EXIF asks for a quarter turn, which torchvision's ImageFolder does not make: it opens and converts.
turned = Image.Exif()
turned[0x0112] = 6
jpeg("turned.jpg", colour, exif=turned)
assert Image.open(path("turned.jpg")).getexif()[0x0112] == 6
record("turned.jpg", np.asarray(Image.open(path("turned.jpg")).convert("RGB")))


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

# MARK: WebP, and pictures of other formats

for name, image, options in [
    ("lossy.webp", Image.fromarray(p3), {"quality": 80}),
    ("lossless.webp", Image.fromarray(p3), {"lossless": True}),
    ("grey.webp", Image.fromarray(p1), {"lossless": True}),
    ("alpha.webp", Image.fromarray(np.dstack([p3, alpha])), {"lossless": True, "exact": True}),
    ("lossy-alpha.webp", Image.fromarray(np.dstack([p3, alpha])), {"quality": 90, "exact": True}),
]:
    data = encoded(image, "WEBP", **options)
    png(name, data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
frames = [Image.fromarray(p3), Image.fromarray(255 - p3)]
tiny = Image.fromarray(p3[:2, :2])
isobmff = b"\0\0\0\x18ftyp%s\0\0\0\0mif1%s"
for name, data, reason in [
    ("animated.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "an animated WebP"),
    ("tiny.bmp", encoded(tiny, "BMP"), "a BMP image, not a PNG, JPEG or WebP image"),
    ("tiny.gif", encoded(tiny, "GIF"), "a GIF image"),
    ("tiny.tif", encoded(tiny, "TIFF"), "a TIFF image"),
    ("tiny.ppm", encoded(tiny, "PPM"), "a PBM, PGM or PPM image"),
    ("tiny.avif", isobmff % (b"avif", b"avif"), "an AVIF image"),
    ("tiny.heic", isobmff % (b"heic", b"heic"), "a HEIC image"),
]:
    with open(path(name), "wb") as file:
        file.write(data)
    refused[name] = reason

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

# MARK: CIFAR

def records(images, *labels):
    """Planes, as CIFAR's files hold them."""
    planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.hstack([np.array(l, np.uint8)[:, None] for l in labels] + [planes]).tobytes()


def tar(name, members, mode="w:gz"):
    """members: (name, bytes), (name, None) for a folder, or (name, "link", target)"""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode.split(":")[0], format=tarfile.PAX_FORMAT) as archive:
        for member in members:
            info = tarfile.TarInfo(member[0])
            if member[1] is None:
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
            elif member[1] == "link":
                info.type, info.linkname = tarfile.SYMTYPE, member[2]
                archive.addfile(info)
            else:
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    data = file.getvalue()
    with open(path(name), "wb") as file:
        file.write(gzip.compress(data, mtime=0) if mode == "w:gz" else data)


def blobs(n, height=32, width=32):
    """Colourful images that compress a little, so that the fixtures stay small."""
    return np.stack([photo(height, width, 3) // 8 * 8 for _ in range(n)])


ten = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
x, y = blobs(10), random.integers(0, 10, 10)
u, v = blobs(3), random.integers(0, 10, 3)
root = "cifar-10-batches-bin/"
batch = {k: (f"{root}data_batch_{k + 1}.bin", records(x[2 * k:2 * k + 2], y[2 * k:2 * k + 2])) for k in range(5)}
meta = (root + "batches.meta.txt", "\n".join(ten + [""]).encode())
# The order of the official archive: the batches are not in the order of their numbers.
tar("cifar-10-binary.tar.gz", [
    (root, None), batch[0], meta, batch[2], batch[3], (root + "test_batch.bin", records(u, v)),
    (root + "readme.html", b"<html>"), batch[4], batch[1]])
described(["cifar-10-binary.tar.gz"], "cifar-10", ten, (x, y), (u, v))

hundred = [f"fine {i}" for i in range(100)]
x, y, u, v = blobs(4), random.integers(0, 100, 4), blobs(2), random.integers(0, 100, 2)
root = "cifar-100-binary/"
tar("cifar-100-binary.tar.gz", [
    (root, None), (root + "train.bin", records(x, y // 5, y)), (root + "test.bin", records(u, v // 5, v)),
    (root + "fine_label_names.txt", "\n".join(hundred).encode()), (root + "coarse_label_names.txt", b"a\nb\n")])
described(["cifar-100-binary.tar.gz"], "cifar-100", hundred, (x, y), (u, v))


# MARK: SVHN

def narrow(name, labels):
    """An array of class double whose values are stored as bytes, as MATLAB does and SciPy does not;
    compressed and not padded to 8 bytes."""
    flags = struct.pack("<IIII", 6, 8, 6, 0)
    sizes = struct.pack("<IIii", 5, 8, len(labels), 1)
    title = struct.pack("<HH4s", 1, len(name), name)
    data = struct.pack("<II", 2, len(labels)) + bytes(labels) + bytes(-len(labels) % 8)
    array = flags + sizes + title + data
    packed = zlib.compress(struct.pack("<II", 14, len(array)) + array)
    return struct.pack("<II", 15, len(packed)) + packed


def digits(labels):
    return [int(x) % 10 for x in labels]


x, u, w = blobs(6, 8, 7), blobs(3, 8, 7), blobs(2, 8, 7)
y, v, z = np.array([10, 1, 2, 9, 10, 3]), np.array([10, 5, 1]), np.array([7, 10])
columns = (1, 2, 3, 0)


def saved(name, arrays, **options):
    """SciPy's file without its date."""
    scipy.io.savemat(path(name), arrays, **options)
    with open(path(name), "r+b") as file:
        file.write(b"MATLAB 5.0 MAT-file".ljust(116))


saved("train_8.mat", {"X": x.transpose(columns)}, do_compression=True)
with open(path("train_8.mat"), "ab") as file:
    file.write(narrow(b"y", [int(i) for i in y]))
assert np.array_equal(scipy.io.loadmat(path("train_8.mat"))["y"][:, 0], y)
saved("test_8.mat", {"y": v.astype(float)[:, None], "note": "text", "X": u.transpose(columns)})
saved("extra_8.mat", {"X": w.transpose(columns), "y": z.astype(np.int16)[:, None]}, do_compression=True)
described(["test_8.mat", "train_8.mat"], "svhn", names, (x, digits(y)), (u, digits(v)))
described(
    ["extra_8.mat", "train_8.mat", "test_8.mat"], "svhn-extra", names,
    (np.concatenate([x, w]), digits(y) + digits(z)), (u, digits(v)))


# MARK: pictures in archives

def zipped(name, members):
    with zipfile.ZipFile(path(name), "w") as archive:
        for k, (member, data) in enumerate(members):
            info = zipfile.ZipInfo(member, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED if k % 2 else zipfile.ZIP_STORED
            archive.writestr(info, data or b"")


def pixels(data):
    image = Image.open(io.BytesIO(data))
    return np.asarray(image.convert("L" if image.mode in ("L", "LA", "1") else "RGB"))


def rgb(data):
    image = pixels(data)
    return np.dstack([image] * 3) if image.ndim == 2 else image


def picture(k, channels=3, size=(16, 16)):
    image = Image.fromarray(photo(*size, channels))
    return encoded(image, "PNG") if k % 3 == 0 else encoded(image, "JPEG", progressive=k % 3 == 1)


wnids = ["n03", "n01", "n02"]  # not sorted: the list's order is the labels'
words = "n00\tentity\nn01\tcrane, bird\nn02\tcrane\nn03\tgoldfish, Carassius auratus\n"
root = "tiny-imagenet-200/"
train = [(f"{root}train/{w}/images/{w}_{k}.JPEG", encoded(Image.fromarray(photo(16, 16, 1 if k == 1 else 3)), "JPEG"), i)
         for i, w in enumerate(wnids) for k in range(3)]
train = train[4:] + train[:4]
val = [(f"{root}val/images/val_{k}.JPEG", encoded(Image.fromarray(photo(16, 16, 3)), "JPEG"), (2 * k) % 3) for k in range(4)]
boxes = "".join(f"val_{k}.JPEG\t{wnids[(2 * k) % 3]}\t0\t0\t9\t9\n" for k in range(4))
zipped("tiny-imagenet-200.zip", [
    (root, None), (root + "words.txt", words), (root + "wnids.txt", "\n".join(wnids) + "\n"),
    (root + "test/images/test_0.JPEG", encoded(Image.fromarray(photo(16, 16, 3)), "JPEG")),
    *[member[:2] for member in train[:5]], (root + "train/n01/n01_boxes.txt", "x"),
    *[member[:2] for member in val], *[member[:2] for member in train[5:]],
    (root + "val/val_annotations.txt", boxes)])
described(
    ["tiny-imagenet-200.zip"], "tiny-imagenet", ["goldfish", "crane (n01)", "crane (n02)"],
    (np.stack([rgb(m[1]) for m in train]), [m[2] for m in train]),
    (np.stack([rgb(m[1]) for m in val]), [m[2] for m in val]))

# Class folders, with parts, in a zip: classes sorted, rows in the order of the archive.
kinds = ["cat", "dog", "owl"]
train = [(f"pets/train/{kinds[k % 3]}/{k:02}.{'png' if k % 3 == 0 else 'jpg'}", picture(k), k % 3) for k in range(8)]
test = [(f"pets/test/{kinds[-1 - k % 2]}/{k}.jpeg", picture(k), 2 - k % 2) for k in range(3)]
zipped("pets.zip", [(m[0], m[1]) for m in train + test] + [("pets/train/.DS_Store", b"x"), ("__MACOSX/._a.png", b"x"), ("pets/README.md", b"x")])
described(
    ["pets.zip"], "pets", kinds, (np.stack([rgb(m[1]) for m in train]), [m[2] for m in train]),
    (np.stack([rgb(m[1]) for m in test]), [m[2] for m in test]))

# Without parts, all grey, in tar and tar.gz, with a link that is left out.
grey = [(f"{'ab'[k % 2]}/{k}.png", picture(0, 1, (9, 12)), k % 2) for k in range(5)]
empty = (np.zeros((0, 9, 12, 1), np.uint8), [])
members = [("./" + m[0], m[1]) for m in grey] + [("b/link.png", "link", "../../etc/passwd")]
for name, mode in (("grey.tar", "w"), ("grey.tar.gz", "w:gz")):
    tar(name, members, mode)
    described([name], name, ["a", "b"], (np.stack([pixels(m[1]) for m in grey])[..., None], [m[2] for m in grey]), empty)

# A folder on disk; rows in the order of the names; val/ as test set; grey and colour mixed.
train = [(f"photos/training/{kinds[k % 2]}/deeper/{k}.png", picture(0, 1 + 2 * (k % 2), (10, 10)), k % 2) for k in range(4)]
test = [(f"photos/val/{kinds[k]}/{k}.jpg", picture(1, 3, (10, 10)), k) for k in range(2)]
for member in train + test:
    os.makedirs(os.path.dirname(path(member[0])), exist_ok=True)
    with open(path(member[0]), "wb") as file:
        file.write(member[1])
train.sort(key=lambda m: m[0])
described(
    ["photos"], "photos", kinds[:2], (np.stack([rgb(m[1]) for m in train]), [m[2] for m in train]),
    (np.stack([rgb(m[1]) for m in test]), [m[2] for m in test]))

# Names beyond ASCII, a class called train, pictures beside the parts; in all the ways archives write names.
kinds = ["train", "vélo", "ψ"]
members = [(f"{kinds[k % 3]}/{k}.png", picture(0, 3, (5, 5)), k % 3) for k in range(6)]
whole = (np.stack([rgb(m[1]) for m in members]), [m[2] for m in members])
none = (np.zeros((0, 5, 5, 3), np.uint8), [])
zipped("names.zip", [m[:2] for m in members])
tar("names.tar", [m[:2] for m in members], "w")
for name in ("names.zip", "names.tar"):
    described([name], name, kinds, whole, none)
zipped("beside.zip", [("Train/" + m[0], m[1]) for m in members] + [("sample.png", picture(0)), ("docs/a/b.png", picture(0))])
described(["beside.zip"], "beside", kinds, whole, none)

# A class folder that holds nothing, and one entry of the archive says so.
data = encoded(Image.fromarray(p3), "PNG")
zipped("empty-class.zip", [("a/", None), ("a/0.png", data), ("b/", None), ("c/0.png", data)])

# MARK: what must be refused

def unequal(k):
    return picture(0, 3, (10, 10 + (k == 2)))


zipped("unequal.zip", [(f"a/{k}.png", unequal(k)) for k in range(4)] + [("b/0.png", unequal(0))])
zipped("outside.zip", [("a/0.png", picture(0)), ("../../b/0.png", picture(0))])
tar("absolute.tar.gz", [("/a/0.png", picture(0)), ("b/0.png", picture(0))])
tar("bomb.tar.gz", [("a/0.png", picture(0)), ("b/zeros", bytes(100 << 20))])
zipped("no-classes.zip", [("0.png", picture(0)), ("1.png", picture(0))])
zipped("stranger.zip", [("train/a/0.png", picture(0)), ("train/b/0.png", picture(0)), ("test/c/0.png", picture(0))])
zipped("no-pictures.zip", [("a/0.gif", b"GIF89a")])
zipped("damaged-picture.zip", [("a/0.png", picture(0)), ("b/0.jpg", picture(1)[:-40])])
zipped("false-name.zip", [("a/0.png", picture(0)), ("b/0.png", b"GIF89a" + bytes(50))])

# Sizes that no file can hold.
small = picture(1)
at = small.index(b"\xff\xc2") + 5  # height and width in the start-of-frame marker of a progressive JPEG
zipped("huge-jpeg.zip", [("a/0.png", picture(0)), ("b/0.jpg", small[:at] + b"\xff\xdc\xff\xdc" + small[at + 4:])])
head = struct.pack(">IIBBBBB", 1 << 30, 1 << 30, 8, 2, 0, 0, 0)
zipped("huge-png.zip", [("a/0.png", picture(0)), ("b/0.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x"))])
with open(path("huge-train-images"), "wb") as file:
    file.write(bytes([0, 0, 8, 3]) + struct.pack(">III", 0xFFFFFFFF, 28, 28))
with open(path("huge_train.mat"), "wb") as file:
    array = struct.pack("<IIII", 6, 8, 9, 0) + struct.pack("<IIiiii", 5, 16, 1 << 14, 1 << 12, 3, 1 << 30)
    array += struct.pack("<II", 1, 1) + b"X" + bytes(7) + struct.pack("<II", 2, 0xFFFFFFFF)
    packed = zlib.compress(struct.pack("<II", 14, len(array)) + array)
    file.write(b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM" + struct.pack("<II", 15, len(packed)) + packed)
info = tarfile.TarInfo("a/0.png")
info.size = 1 << 60
with open(path("huge.tar"), "wb") as file:
    file.write(info.tobuf(tarfile.GNU_FORMAT) + picture(0))
with open(path("no-classes.zip"), "rb") as file:
    locked = bytearray(file.read())
for mark, flag in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the bit that says: encrypted
    place = locked.find(mark)
    while place >= 0:
        locked[place + flag] |= 1
        place = locked.find(mark, place + 4)
with open(path("encrypted.zip"), "wb") as file:
    file.write(locked)

# Names that are not UTF-8, as Windows' archivers write them, and backslashes between folders: bytes of the
# same number in place of ASCII, which is not marked as UTF-8.
members = [f"{name}/0.png" for name in ("kUhn", "kohn", "kAhn")]
def replaced(name, changes):
    with open(path(name), "rb") as file:
        data = file.read()
    for old, new in changes:
        data = data.replace(old, new)
    with open(path(name), "wb") as file:
        file.write(data)
zipped("cp850.zip", [(member, picture(0, 1)) for member in members])
replaced("cp850.zip", [(b"kUhn", b"k\x81hn"), (b"kAhn", b"k\x84hn")])
with tarfile.open(path("latin1.tar"), "w", format=tarfile.USTAR_FORMAT, encoding="latin-1") as archive:
    for member in members:
        info = tarfile.TarInfo(member.replace("U", "\u00fc").replace("A", "\u00e4"))
        data = picture(0, 1)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
places = ["train/cat", "train/dog", "test/dog"]
zipped("backslash.zip", [(f"set/{place}/0.png", picture(0, 1)) for place in places])
windows = [f"set/{place}/".encode() for place in places]
replaced("backslash.zip", [(name, name.replace(b"/", b"\\")) for name in windows])

with open(path("pictures.json"), "w") as file:
    json.dump({"pictures": pictures, "refused": refused}, file)
with open(path("resizes.json"), "w") as file:
    json.dump(resizes, file)
with open(path("sets.json"), "w") as file:
    json.dump(sets, file)
