#!/usr/bin/env python3
"""Run files and features files in Python, as dictionaries and as rows for pandas; needs h5py alone.

    python3 examples/read_runs.py build/demo/fashion-mnist/*.run.h5       # CSV, a line for each epoch
    python3 examples/read_runs.py build/demo/source-1001.nfm.h5           # CSV, a line for each layer

In a program, with examples/ on PYTHONPATH:

    from read_runs import read, rows
    read("kaiming-nfm-1001.1.run.h5")["epochs"]["test_accuracy"]          # an array, a number for each epoch
    read("source-1001.nfm.h5")["features.0"]["factor"]                    # F [r, d] with FᵀF = G
    pandas.DataFrame(rows(paths)).groupby(["init_method", "epoch"])["test_accuracy"].mean()

docs/files.md says what each name in a file means.
"""
import csv
import sys

import h5py
import numpy as np


def attributes(group):
    """The attributes of a group: numbers, texts, lists of text, and arrays of numbers."""
    found = {name: value.item() if isinstance(value, np.generic) else value for name, value in group.attrs.items()}
    found |= {name: value.tolist() for name, value in found.items() if getattr(value, "dtype", None) == object}
    # Lists too long for an attribute are datasets of that name.
    found |= {name: group[name].asstr()[()].tolist() for name in found.pop("attributes_in_datasets", [])}
    return found


def read(path):
    """A whole file: groups as dictionaries, datasets as arrays, and the attributes of each group as "attributes"."""
    def contents(group):
        own = attributes(group)
        inner = {name: contents(item) if isinstance(item, h5py.Group) else item[()]
                 for name, item in group.items() if name not in own}
        return {"attributes": own} | inner
    with h5py.File(path) as file:
        return contents(file)


def spectrum(layer):
    """The eigenvalues of a layer's G = FᵀF + ρI, the largest first."""
    singular = np.linalg.svd(layer["factor"][()].astype(float), compute_uv=False)
    return np.pad(singular**2, (0, layer["factor"].shape[1] - len(singular))) + layer.attrs["isotropic"]


def rows(paths):
    """A dictionary for each epoch of each run, and for each layer of each features file, with the file's options."""
    for path in paths:
        with h5py.File(path) as file:
            options = {name: value for name, value in attributes(file).items()
                       if isinstance(value, (int, float, str)) and name != "history"}
            layers = [name for name, item in file.items() if isinstance(item, h5py.Group) and "factor" in item]
            if "epochs" in file:
                measures = {name: values[()].tolist() for name, values in file["epochs"].items()}
                for epoch, numbers in enumerate(zip(*measures.values(), strict=True), start=1):
                    yield {"file": path} | options | {"epoch": epoch} | dict(zip(measures, numbers))
            elif not layers:
                raise ValueError("neither a run nor features")
            for name in sorted(layers, key=lambda name: [(len(part), part) for part in name.split(".")]):
                values = spectrum(file[name])
                shares = values[values > 0] / values.sum()
                yield {"file": path} | options | {
                    "layer": name, "dimension": len(values), "trace": float(values.sum()),
                    "effective_rank": float(np.exp(-(shares * np.log(shares)).sum()))}


if __name__ == "__main__":
    found = []
    for path in sys.argv[1:]:
        try:
            found += rows([path])
        except (OSError, ValueError) as error:
            sys.exit(f"read_runs.py: {path}: {error}")
    writer = csv.DictWriter(sys.stdout, list(dict.fromkeys(name for row in found for name in row)))
    writer.writeheader()
    writer.writerows(found)
