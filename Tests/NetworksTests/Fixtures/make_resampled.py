#!/usr/bin/env python3
"""Positions and patch kernels of a vision transformer at other sizes, by PyTorch's own interpolation.

    python3 make_resampled.py     # writes resampled.json beside itself; needs torch
"""

import json
import os

import torch
from torch.nn.functional import interpolate

WIDTH, GRID, PATCH = 4, 4, 4
DRAW = torch.Generator().manual_seed(5)
positions = torch.randn(1, 1 + GRID * GRID, WIDTH, generator=DRAW)
kernels = torch.randn(WIDTH, 3, PATCH, PATCH, generator=DRAW)


def resized(maps, side):
    return interpolate(maps, size=(side, side), mode="bilinear", align_corners=False, antialias=False)


def moved(side):
    cells = positions[:, 1:].transpose(1, 2).reshape(1, WIDTH, GRID, GRID)
    return torch.cat([positions[:, :1], resized(cells, side).flatten(2).transpose(1, 2)], 1)


values = lambda tensor: [float(f"{value:.9g}") for value in tensor.flatten().tolist()]
resampled = {
    "positions": values(positions),
    "kernels": values(kernels),
    "grids": {str(side): values(moved(side)) for side in (1, 3, 6, 7)},
    "patches": {str(side): values(resized(kernels, side)) for side in (1, 2, 3, 7)},
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "resampled.json"), "w") as file:
    json.dump(resampled, file, separators=(",", ":"))
