#!/usr/bin/env python3
"""Loads a network file into PyTorch and compares logits: same_logits.py FILE.h5

FILE.h5 also holds check/input [N, H, W, 3] and check/logits [N, outputs], as the project computed them.
Exits 0 if the largest difference is below 1e-4 of the largest logit. Needs torch and h5py.
"""
import sys

import h5py
import torch
import torch.nn as nn

TABLES = {"vgg11": "64,M,128,M,256,256,M,512,512,M,512,512,M"}


def module(attributes):
    base, _, width = attributes["architecture"].partition("@")
    table = TABLES.get(base, base.removeprefix("vgg:")).split(",")
    layers, channels = [], 3
    for word in table:
        if word == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            filters = round(int(word) * float(width or 1))
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
    pooled = int(attributes["pooled"])
    classifier, features = [], channels * pooled**2
    for hidden in attributes.get("hidden", []):
        classifier += [nn.Linear(features, int(hidden)), nn.ReLU(), nn.Dropout(float(attributes["dropout"]))]
        features = int(hidden)
    classifier.append(nn.Linear(features, int(attributes["outputs"])))
    net = nn.Module()
    net.features, net.classifier = nn.Sequential(*layers), nn.Sequential(*classifier)
    pool = nn.AdaptiveAvgPool2d(pooled)
    net.forward = lambda x: net.classifier(torch.flatten(pool(net.features(x)), 1))
    return net


with h5py.File(sys.argv[1]) as file:
    net = module(file.attrs)
    net.load_state_dict({name: torch.tensor(file[name][()]) for name in file if name != "check"})
    net.eval()
    expected = torch.tensor(file["check/logits"][()])
    with torch.inference_mode():
        logits = net(torch.tensor(file["check/input"][()]).permute(0, 3, 1, 2))
error = ((logits - expected).abs().max() / expected.abs().max()).item()
print(f"relative difference {error:.2e}")
sys.exit(0 if error < 1e-4 else 1)
