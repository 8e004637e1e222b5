#!/usr/bin/env python3
"""How similar two features files are: by layer the cosine of their matrices, and the ratio of their traces.

    python3 examples/compare_features.py A.h5 B.h5        # needs h5py and numpy
"""
import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1]) as a, h5py.File(sys.argv[2]) as b:
    layers = [{name for name in file if "factor" in file[name]} for file in (a, b)]
    for name in sorted(layers[0] ^ layers[1]):
        print(f"{name:12} is in one file only", file=sys.stderr)
    # features.0, features.3, …, then classifier.0, …
    for name in sorted(layers[0] & layers[1], key=lambda k: (k[0] != "f", int(k.split(".")[1]))):
        f, g = (file[name]["factor"][:].astype(float) for file in (a, b))
        # G = FᵀF + ρI: all inner products come from small Gram matrices.
        p, q = (float(file[name].attrs["isotropic"]) for file in (a, b))
        d = f.shape[1]
        fg = ((f @ g.T) ** 2).sum() + q * (f**2).sum() + p * (g**2).sum() + p * q * d
        ff = ((f @ f.T) ** 2).sum() + 2 * p * (f**2).sum() + p * p * d
        gg = ((g @ g.T) ** 2).sum() + 2 * q * (g**2).sum() + q * q * d
        ratio = a[name].attrs["trace"] / b[name].attrs["trace"]
        print(f"{name:12} cosine {fg / np.sqrt(ff * gg):.4f}  trace ratio {ratio:.4g}")
