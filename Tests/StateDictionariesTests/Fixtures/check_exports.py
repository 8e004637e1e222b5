#!/usr/bin/env python3
"""Loads what StateDictionariesTests exported, as PyTorch users do, and computes the logits that `expected.json` states.

    python3 check_exports.py FIXTURES FILE.pth FILE.safetensors     # exports of FIXTURES/vgg11-bn.pth
"""

import json
import sys
import zipfile

import torch
from safetensors.torch import load_file

fixtures, pth, safetensors = sys.argv[1:]
with open(f"{fixtures}/expected.json") as file:
    expected = json.load(file)
image = torch.tensor(expected["image"][0]["values"]).view(1, 3, 32, 32)
logits = torch.tensor(expected["vgg11-bn.pth"][0]["values"])

assert zipfile.ZipFile(pth).testzip() is None
assert torch.load(pth, weights_only=True).remarks == {"architecture": "vgg11"}
for state in (
    torch.load(pth, weights_only=True),
    torch.load(pth, weights_only=True, mmap=True),
    load_file(safetensors),
):
    layers, channels = [], 3
    features = sorted({int(key.split(".")[1]) for key in state if key.startswith("features")})
    for index in features:
        while len(layers) < index:
            layers.append(torch.nn.ReLU() if isinstance(layers[-1], torch.nn.Conv2d) else torch.nn.MaxPool2d(2))
        outputs = state[f"features.{index}.weight"].shape[0]
        layers.append(torch.nn.Conv2d(channels, outputs, 3, padding=1))
        channels = outputs
    layers += [torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
    head = []
    for index in (0, 3, 6):
        outputs, inputs = state[f"classifier.{index}.weight"].shape
        head += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU(), torch.nn.Dropout()]
    model = torch.nn.Module()
    model.features, model.classifier = torch.nn.Sequential(*layers), torch.nn.Sequential(*head[:-2])
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        maps = torch.nn.functional.adaptive_avg_pool2d(model.features(image), 7)
        ours = model.classifier(maps.flatten(1))[0]
    torch.testing.assert_close(ours, logits, rtol=1e-5, atol=1e-5)
print("agrees")
