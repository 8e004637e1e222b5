"""Writes random HDF5 files with h5py, and damaged copies of them: structures that bytes alone do not come to.

    python3 structured.py SEED FILES COPIES FOLDER
"""

import math
import os
import random
import sys

import h5py
import numpy as np

seed, files, copies, folder = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
kinds = ["u1", "i1", "<u2", ">i2", "<i4", ">u4", "<i8", ">u8", "<f2", ">f4", "<f4", "<f8", ">f8", "?", "c8", "S3",
         [("x", "f4"), ("y", "i2")], h5py.string_dtype(), h5py.ref_dtype]
versions = ["earliest", "v108", "v110", "latest", ("earliest", "latest")]
signatures = [name.encode() for name in (
    "TREE SNOD HEAP GCOL OHDR OCHK FRHP FHDB FHIB BTHD BTLF BTIN FAHD FADB EAHD EAIB EASB EADB").split()]


def shape(random):
    axes = [random.choice([0, 1, 2, 3, 5, 8, 30, 200]) for _ in range(random.choice([0, 1, 1, 2, 2, 3, 4]))]
    while math.prod(axes) > 4000:
        axes[random.randrange(len(axes))] = 2
    return tuple(axes)


def dataset(random, group, name):
    extents, options = shape(random), {}
    if extents and all(extents) and random.random() < 0.7:
        options["chunks"] = tuple(random.randint(1, extent) for extent in extents)
        if math.prod(-(-extent // chunk) for extent, chunk in zip(extents, options["chunks"])) > 1000:
            options["chunks"] = extents
        options["compression"] = random.choice([None, None, "gzip", "gzip", "lzf"])
        options["shuffle"] = random.random() < 0.3
        options["fletcher32"] = random.random() < 0.3
        options["maxshape"] = tuple(random.choice([None, extent, 2 * extent]) for extent in extents)
    made = group.create_dataset(name, extents, random.choice(kinds), track_times=random.random() < 0.5, **options)
    if made.dtype.kind in "iuf" and random.random() < 0.8:
        made[...] = np.arange(math.prod(extents)).reshape(extents) % 100
    return made


def attribute(random, holder, name):
    length = random.choice([0, 1, 3, 100, 3000])
    holder.attrs[name] = random.choice([
        "text" * length, [f"text {i}" for i in range(length % 500 + 1)], np.bytes_("fixed"), 7, 0.5, True,
        np.arange(length), np.arange(length) / 3, h5py.Empty("f4"), np.zeros(2, [("x", "f4")])])


def build(random, path):
    with h5py.File(path, "w", libver=random.choice(versions), userblock_size=random.choice([0, 0, 512, 2048]),
                   track_order=random.random() < 0.2) as file:
        places = [file]
        for i in range(random.randint(0, 5)):
            places.append(random.choice(places).create_group(f"group {i}"))
        for place in places:
            objects = [dataset(random, place, f"numbers {i}") for i in range(random.choice([0, 1, 3, 12]))]
            for i in range(random.choice([0, 3, 12, 40])):
                attribute(random, random.choice([place, *objects]), f"attribute {i}")
            for i in range(random.choice([0, 0, 5, 100])):
                place[f"link {i}"] = random.choice([
                    random.choice(places), h5py.SoftLink("/group 0"), h5py.SoftLink("link 0"),
                    h5py.ExternalLink("other.h5", "/x"), np.dtype(">f8")])
            for name in [name for name in place.attrs if random.random() < 0.2]:
                del place.attrs[name]
            for name in [name for name in place if random.random() < 0.1 and name.startswith("numbers")]:
                del place[name]


def damage(random, content):
    content = bytearray(content)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(content))
        if random.random() < 0.5:
            # Within the first bytes of a structure, where its counts and addresses are.
            found = content.find(random.choice(signatures), at)
            at = min(len(content) - 1, found + random.randrange(4, 64)) if found >= 0 else at
        width = random.choice([1, 1, 2, 4, 8])
        value = random.choice([0, 1, 255, 65535, 2**31, 2**32 - 1, 2**63, 2**64 - 1, at, len(content), random.getrandbits(64)])
        content[at:at + width] = (value % 256**width).to_bytes(width, "little")
    return content[:random.randrange(len(content))] if random.random() < 0.03 else content


for number in range(seed, seed + files):
    source = random.Random(number)
    path = os.path.join(folder, f"{number}.h5")
    try:
        build(source, path)
    except (OSError, RuntimeError, TypeError, ValueError):
        if not os.path.exists(path):
            continue  # h5py does not allow every combination; what was written until then is a file, too.
    with open(path, "rb") as file:
        content = file.read()
    for copy in range(copies if content else 0):
        with open(os.path.join(folder, f"{number}-{copy}.h5"), "wb") as file:
            file.write(damage(source, content))
