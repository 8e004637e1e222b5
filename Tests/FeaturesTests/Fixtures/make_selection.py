"""Evenly spaced entries of each dimension, as Xu et al.'s code selects them: selection.json.

    python3 make_selection.py > selection.json
"""
import json

import numpy as np

rng = np.random.default_rng(3)


def select(tensor, shape):
    for axis, count in enumerate(shape):
        total = tensor.shape[axis]
        if total % count == 0:
            chosen = np.arange(count) * (total // count)
        else:
            chosen = np.round(np.linspace(0, total - 1, count)).astype(int)
        tensor = np.take(tensor, chosen, axis=axis)
    return tensor


cases = []
for large, small in [((12, 4), (6, 2)), ((10, 7), (4, 3)), ((9, 3, 2, 2), (6, 3, 2, 2)), ((1, 5, 8), (1, 5, 6))]:
    values = rng.integers(-99, 99, large)
    cases.append({"large": list(large), "small": list(small), "values": values.ravel().tolist(),
                  "chosen": select(values, small).ravel().tolist()})
print(json.dumps(cases))
