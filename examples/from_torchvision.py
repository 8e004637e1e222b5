#!/usr/bin/env python3
"""CIFAR-10 or CIFAR-100 as torchvision keeps it (the "python version", unpacked), written as an images file.

    python3 examples/from_torchvision.py data/cifar-10-batches-py cifar-10.h5      # needs h5py and numpy
"""
import os
import pickle
import sys

import h5py
import numpy as np

folder, output = sys.argv[1:]
is_ten = os.path.exists(f"{folder}/batches.meta")
parts = ({"train": [f"data_batch_{i}" for i in range(1, 6)], "test": ["test_batch"]} if is_ten
         else {"train": ["train"], "test": ["test"]})
labels, names, about = (b"labels", b"label_names", "batches.meta") if is_ten else (
    b"fine_labels", b"fine_label_names", "meta")
# A pickle can run code: this is for files whose digest torchvision has checked.
load = lambda name: pickle.load(open(f"{folder}/{name}", "rb"), encoding="bytes")
with h5py.File(output, "w") as file:
    for part, batches in parts.items():
        loaded = [load(name) for name in batches]
        planes = np.concatenate([batch[b"data"] for batch in loaded]).reshape(-1, 3, 32, 32)
        file[f"{part}/images"] = planes.transpose(0, 2, 3, 1)
        file[f"{part}/labels"] = np.concatenate([batch[labels] for batch in loaded])
        if part == "train":
            file.attrs.update(mean=planes.mean((0, 2, 3)) / 255, std=planes.std((0, 2, 3)) / 255)
    file.attrs.update(name="cifar-10" if is_ten else "cifar-100", classes=[name.decode() for name in load(about)[names]])
