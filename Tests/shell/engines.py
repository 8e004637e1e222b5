"""Compares two runs of one initial network by two engines: engines.py ONE OTHER.

Prints relative differences (the norm of the difference over the norm) of losses and accuracies by epoch and of each layer's
parameters together, and fails where one exceeds 1e-4, and where the runs differ in an option. A bias that starts at zero is small, and
one activation that is rounded to the other side of zero moves it by more: each tensor alone is held to 1e-2.
"""
import sys

import h5py
import numpy as np

one, other = (h5py.File(path, "r") for path in sys.argv[1:3])
faults = []


def compare(name, x, y, most):
    if x.shape != y.shape:
        return faults.append(f"{name}: {x.shape}, {y.shape}")
    difference = np.linalg.norm(x.astype(float) - y) / max(np.linalg.norm(x), 1e-12)
    print(f"{name:32} {difference:.1e}")
    if not difference <= most:
        faults.append(f"{name} differs by {difference:.1e}")


names = []
one.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
layers = {}
for name in names:
    if name.startswith("probe/"):
        continue
    x, y = one[name][()], other[name][()]
    if name.startswith(("epochs/", "test/")):
        compare(name, x, y, 1e-4)
        continue
    if name.endswith("attn.qkv.bias"):  # the loss does not depend on the keys' bias: its gradient is only rounding
        x, y = (np.delete(v, slice(len(v) // 3, 2 * len(v) // 3)) for v in (x, y))
    compare(name, x, y, 1e-2)
    layers.setdefault(name.rpartition(".")[0] or name, []).append((x, y))
for layer, tensors in layers.items():
    compare(layer, *(np.concatenate([pair[side].ravel() for pair in tensors]) for side in (0, 1)), 1e-4)
for name in sorted(set(one.attrs) | set(other.attrs)):
    if name not in ("engine", "convolution", "history") and not (
            name in one.attrs and name in other.attrs and np.array_equal(one.attrs[name], other.attrs[name])):
        faults.append(f"attribute {name}: {one.attrs.get(name)}, {other.attrs.get(name)}")
sys.exit("\n".join(faults) or 0)
