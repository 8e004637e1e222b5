#!/usr/bin/env python3
"""Reference values for FeaturesTests: dense float64 linear algebra (NumPy) and AGOP by every patch's
Jacobian (PyTorch, float64), as the paper's authors compute it.

    python3 make_fixtures.py        # needs numpy and torch; writes *.json and *.bin beside itself

The numbers in *.bin are little-endian float32, and the references are computed from the rounded numbers.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import jacrev, vmap

HERE = pathlib.Path(__file__).parent


def power(matrix, alpha):
    values, vectors = np.linalg.eigh(matrix)
    values = np.where(values > 1e-7 * values.max(), values, 0)
    raised = np.where(values > 0, np.abs(values) ** alpha, 0)
    return (vectors * raised) @ vectors.T


def cosine(a, b):
    return float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))


def effective_rank(matrix):
    p = np.clip(np.linalg.eigvalsh(matrix), 0, None)
    p = p[p > 1e-7 * p.max()]
    p /= p.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


def algebra():
    """Layers [K, d] with D [K, K] of rank r: matrices and their correlations, and G^alpha times vectors."""
    rng = np.random.default_rng(0)
    layers, blob = [], []
    for k, d, r in [(16, 27, 16), (64, 27, 64), (12, 144, 7), (40, 1152, 30)]:
        w = (rng.standard_normal((k, d)) + 0.3).astype(np.float32)
        root = rng.standard_normal((r, k)) * 0.1
        moment = (root.T @ root).astype(np.float32)
        v = rng.standard_normal((d,)).astype(np.float32)
        blob += [w, moment, v]
        w, v = w.astype(np.float64), v.astype(np.float64)
        moment = moment.astype(np.float64)
        # Rounded to float32, D has lost its exact rank: restore it as the library does, by the cut-off.
        values, vectors = np.linalg.eigh(moment)
        moment = (vectors * np.where(values > 1e-7 * values.max(), values, 0)) @ vectors.T
        nfm, agop = w.T @ w, w.T @ moment @ w
        entry = {"filters": k, "dimension": d, "nfmTrace": np.trace(nfm), "agopTrace": np.trace(agop),
                 "nfmRank": effective_rank(nfm), "agopRank": effective_rank(agop), "powers": []}
        for alpha in (0.3, 0.5, 1.0):
            a, n = power(agop, alpha), power(nfm, alpha)
            entry["powers"].append({
                "power": alpha, "agopTrace": np.trace(a), "nfmTrace": np.trace(n),
                "cosine": cosine(nfm, a), "pearson": float(np.corrcoef(nfm.ravel(), a.ravel())[0, 1]),
                "agopTimesVector": np.linalg.norm(a @ v), "nfmTimesVector": np.linalg.norm(n @ v),
                "vectorAgopVector": float(v @ a @ v), "vectorNfmVector": float(v @ n @ v)})
        layers.append(entry)
    (HERE / "algebra.json").write_text(json.dumps(layers, indent=1) + "\n")
    (HERE / "algebra.bin").write_bytes(b"".join(x.astype("<f4").tobytes() for x in blob))


def agop():
    """A VGG with biases, 11 images, 3 of 5 logits: the sum over images, positions and logits of g gᵀ for
    each convolution, with the layer's own bias kept, and dropped as in the authors' patch network."""
    torch.manual_seed(0)
    table, side, outputs, hidden, pooled, images, logits = [6, "M", 8, 10, "M"], 8, 5, 12, 2, 11, 3
    layers, channels = [], 3
    for width in table:
        if width == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    head = [nn.AdaptiveAvgPool2d(pooled), nn.Flatten(), nn.Linear(channels * pooled**2, hidden), nn.ReLU(),
            nn.Linear(hidden, outputs)]
    net = nn.Sequential(*layers, *head)
    with torch.no_grad():
        for parameter in net.parameters():
            spread = 0.3 if parameter.ndim == 1 else (2 / parameter[0].numel()) ** 0.5
            parameter.normal_(0, spread)
    blob = [p.detach().numpy().ravel() for p in net.parameters()]
    net = net.double()
    pixels = torch.randint(0, 256, (images, side, side, 3), dtype=torch.uint8)
    mean, std = torch.tensor([0.5, 0.4, 0.6]), torch.tensor([0.25, 0.2, 0.3])
    x = ((pixels.double() / 255 - mean) / std).permute(0, 3, 1, 2)
    for i, conv in enumerate(net):
        if not isinstance(conv, nn.Conv2d):
            continue
        weight = conv.weight.reshape(conv.out_channels, -1)
        for bias in (conv.bias, torch.zeros_like(conv.bias)):
            total = 0
            for image in x:
                before = net[:i](image[None])
                height, width = before.shape[2:]

                def f(patches):
                    z = (weight @ patches + bias[:, None]).reshape(1, conv.out_channels, height, width)
                    return net[i + 1:](z)[0, :logits]

                jacobian = vmap(jacrev(f))(F.unfold(before, 3, padding=1))
                g = jacobian.permute(0, 1, 3, 2).reshape(-1, weight.shape[1])
                total = total + (g.T @ g).detach()
            blob.append(total.numpy().ravel())
    (HERE / "agop.bin").write_bytes(b"".join(x.astype("<f4").tobytes() for x in blob))
    (HERE / "agop-images.bin").write_bytes(pixels.numpy().tobytes())


algebra()
agop()
