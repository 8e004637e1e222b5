"""Writes this folder's files with h5py: what users' own scripts write, and what strangers might.

    python3 make_fixtures.py [FOLDER]
"""

import os
import sys
import zlib

import h5py
import numpy as np

os.chdir(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))

with h5py.File("from_h5py.h5", "w") as f:
    f["float64"] = np.arange(6, dtype="<f8").reshape(2, 3) / 4
    f["float16"] = np.array([0.5, -2, 65504], dtype="<f2")
    f["big_endian"] = np.array([1, -2, 70000], dtype=">i4")
    f["bytes"] = np.arange(10, dtype="u1").reshape(5, 2)
    f["single"] = 2.5
    f["none"] = np.zeros((0, 3), "f4")
    f["text"] = ["a", "b"]
    f["compound"] = np.zeros(2, dtype=[("x", "f4"), ("y", "i4")])
    f.create_dataset("compressed", data=np.arange(1000, dtype="i8"), chunks=(100,),
                     compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("lzf", data=np.arange(1000), compression="lzf")
    f.create_dataset("deep/er/values", data=np.ones(3, "f4"))
    f["deep/soft"] = h5py.SoftLink("/float64")
    f["deep/dangling"] = h5py.SoftLink("/nowhere")
    a = f.attrs
    a["text"] = "Zürich\nline two"
    a["texts"] = ["one", "two", "three"]
    a["fixed"] = np.array([b"conv1", b"conv2_long"])
    a["bytes"] = np.bytes_("ascii")
    a["number"] = 0.5
    a["numbers"] = np.array([0.25, 0.5], "f4")
    a["integer"] = 7
    a["integers"] = np.array([1, 2, 3], "u1")
    a["boolean"] = True
    a["void"] = h5py.Empty("f4")
    a["no texts"] = np.array([], dtype=h5py.string_dtype())
    f["deep/er/values"].attrs["unit"] = "m"

with h5py.File("hostile.h5", "w") as f:
    f["link"] = h5py.ExternalLink("from_h5py.h5", "/float64")
    f["group/self"] = h5py.SoftLink("/group")
    layout = h5py.VirtualLayout((2, 3), "f8")
    layout[:] = h5py.VirtualSource("from_h5py.h5", "float64", (2, 3))
    f.create_virtual_dataset("virtual", layout)
    f.create_dataset("external", (4,), "u1", external=[("from_h5py.h5", 0, 4)])
    f.create_dataset("huge", (1 << 62,), "f8", chunks=(8,))
    f.create_dataset("huge_unwritten", (1 << 30,), "f4")
    f.create_dataset("huge_chunk", (4,), "f4", chunks=(1 << 29,), maxshape=(None,))
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((64,))
    creation.set_deflate(9)
    creation.set_deflate(9)
    h5py.h5d.create(f.id, b"bomb", h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((64,)), creation)

# A block before the file; and the forms that only later libraries write, which have checksums.
for name, version in [("long_text.h5", "earliest"), ("long_text_latest.h5", "latest")]:
    with h5py.File(name, "w", libver=version, userblock_size=512) as f:
        f.attrs["texts"] = ["short", "long " * 1200]

creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
creation.set_sizes(4, 4)
h5py.h5f.create(b"four_bytes.h5", h5py.h5f.ACC_TRUNC, creation).close()

# Every form of groups, attributes and chunks: "numbers/…" hold 0, 1, 2, …, "attributes" has as many, and "names"
# as many names, as need the forms for many. Fill values are 7.
for name, version in [("forms_earliest.h5", "earliest"), ("forms_latest.h5", "latest"), ("forms_1_10.h5", "v110")]:
    with h5py.File(name, "w", libver=(version, "latest" if version == "earliest" else version),
                   userblock_size=1024 if version == "latest" else 0) as f:
        def numbers(name, shape, kind="<i4", **options):
            f.create_dataset(f"numbers/{name}", data=np.arange(np.prod(shape)).reshape(shape).astype(kind), **options)
        numbers("one chunk", (5, 7), chunks=(5, 7))
        numbers("one chunk, compressed", (5, 7), chunks=(5, 7), compression="gzip")
        numbers("fixed", (13, 9), chunks=(2, 4))
        numbers("fixed, in pages", (1100,), "<u2", chunks=(1,), maxshape=(1200,))
        numbers("fixed, limits", (6, 5), chunks=(2, 2), maxshape=(9, 11), shuffle=True)
        numbers("one unlimited", (7, 11), chunks=(2, 3), maxshape=(7, None), compression="gzip", fletcher32=True)
        numbers("one unlimited, many", (900,), "<u2", chunks=(2,), maxshape=(None,))
        numbers("all unlimited", (40, 30), chunks=(3, 4), maxshape=(None, None), compression="gzip")
        numbers("three axes", (4, 5, 6), chunks=(3, 2, 6), shuffle=True, compression="gzip", fletcher32=True)
        for kind in ["i1", "u1", "<i2", ">i2", "<u2", ">u2", ">i4", "<u4", ">u4", "<i8", ">i8", "<u8", ">u8",
                     "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
            numbers(f"kind {kind}", (3, 4), kind)
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_layout(h5py.h5d.COMPACT)
        compact = h5py.h5d.create(f["numbers"].id, b"compact", h5py.h5t.STD_I32LE,
                                  h5py.h5s.create_simple((2, 3)), creation)
        h5py.Dataset(compact)[...] = np.arange(6).reshape(2, 3)
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_chunk((2, 4))
        creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        early = h5py.h5d.create(f["numbers"].id, b"early", h5py.h5t.STD_I32LE,
                                h5py.h5s.create_simple((5, 6)), creation)
        h5py.Dataset(early)[...] = np.arange(30).reshape(5, 6)
        f["kind"] = np.dtype(">i2")
        f.create_dataset("numbers/of a named kind", (4,), dtype=f["kind"])[...] = np.arange(4)
        f.create_dataset("fill/nothing", (3, 4), "<i4", fillvalue=7)
        f.create_dataset("fill/no chunk", (3, 4), "<i4", chunks=(2, 2), fillvalue=7)
        some = f.create_dataset("fill/some chunks", (4, 4), "<i4", chunks=(2, 2), compression="gzip", fillvalue=7)
        some[2:, :2] = 0
        f.create_dataset("fill/zeros", (4,), "<f4", chunks=(3,))
        f.create_dataset("fill/empty", (0, 3), "<f4", chunks=(1, 3), maxshape=(None, 3))
        f.create_group("names")
        for i in range(300):
            f[f"names/name {i:03}"] = f["names"]
        few, many = f.create_group("few"), f.create_group("attributes")
        for i in range(90):
            many.attrs[f"number {i:02}"] = i
            if i % 3:
                few.attrs["passing"] = i
                del few.attrs["passing"]
        many.attrs["text"] = "grün"
        if version != "earliest":
            many.attrs["large"] = np.arange(1200.0)
            many.attrs["texts"] = [f"text {i}" for i in range(300)]

# Chunks whose bytes are not those of their shape: too few as they are, and too few or too many once inflated; chunks
# that share their bytes; and groups that lead to one another in 40^9 ways.
with h5py.File("chunks.h5", "w") as f:
    def chunk(name, values, mask=0, **options):
        dataset = f.create_dataset(name, (64,), "u1", chunks=(64,), **options)
        dataset.id.write_direct_chunk((0,), values, mask)
    chunk("sound", zlib.compress(bytes(64)), compression="gzip")
    chunk("short", bytes(16), 1, compression="gzip")
    chunk("short inflated", zlib.compress(bytes(16)), compression="gzip")
    chunk("long inflated", zlib.compress(bytes(1 << 20)), compression="gzip")
    chunk("cut off", zlib.compress(bytes(range(64)))[:-8], compression="gzip")
    chunk("wrong sum", bytes(64) + b"\1\2\3\4", fletcher32=True)

with h5py.File("shared_chunks.h5", "w") as f:
    f["sound"] = np.arange(3)
    shared = f.create_dataset("shared", data=np.ones((16, 64), "u1"), chunks=(1, 64))
    where = [shared.id.get_chunk_info(i).byte_offset for i in range(16)]
with open("shared_chunks.h5", "r+b") as f:
    content = f.read()
    for place in where[1:]:
        assert content.count(place.to_bytes(8, "little")) == 1
        content = content.replace(place.to_bytes(8, "little"), where[0].to_bytes(8, "little"))
    f.seek(0)
    f.write(content)

with h5py.File("many_ways.h5", "w", libver="latest") as f:
    below = f.create_group("end")
    for depth in range(9):
        above = f.create_group(f"level {depth}")
        for i in range(40):
            above[f"{i}"] = below
        below = above
