"""Writes this folder's files with h5py: what users' own scripts write, and what strangers might.

    python3 make_fixtures.py [FOLDER]
"""

import os
import sys

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
