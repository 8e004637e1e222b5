#!/usr/bin/env python3
"""torchvision's MixUp and CutMix of a batch of three small images, under given draws.

    python3 make_mixing.py      # writes mixing.json beside itself; needs torch and torchvision
"""
import json
import pathlib
from unittest import mock

import torch
from torchvision.transforms import v2

SIDE, CLASSES = 6, 5
torch.manual_seed(2)
images = torch.randint(-40, 40, (3, 3, SIDE, SIDE)) / 16
labels = torch.tensor([4, 0, 2])
last = lambda x: x.permute(0, 2, 3, 1)
numbers = lambda t: [float(f"{v:.9g}") for v in t.flatten().tolist()]


def mixed(kind, share, row=0, column=0):
    transform = kind(alpha=1.0, num_classes=CLASSES)
    transform._dist = mock.Mock(sample=lambda size: torch.tensor(share, dtype=torch.float64))
    # CutMix draws the column first.
    draws = [torch.tensor([column]), torch.tensor([row])]
    with mock.patch("torch.randint", side_effect=draws):
        pixels, target = transform(images, labels)
    name = "mixup" if kind is v2.MixUp else "cutmix"
    return {"kind": name, "share": share, "row": row, "column": column,
            "pixels": numbers(last(pixels)), "target": numbers(target)}


cases = [mixed(v2.MixUp, share) for share in (0.0, 0.3, 0.75, 1.0)]
# Boxes within the image, cut by a corner, of no pixel, of the whole image.
cases += [mixed(v2.CutMix, *case) for case in
          ((0.5, 3, 2), (0.4, 0, 5), (0.6, 5, 1), (0.95, 3, 3), (0.0, 3, 3), (0.0, 0, 4))]
pathlib.Path(__file__).with_name("mixing.json").write_text(json.dumps(
    {"side": SIDE, "classes": CLASSES, "images": numbers(last(images)), "labels": labels.tolist(), "cases": cases}) + "\n")
