#!/usr/bin/env python3
"""By hand, since it takes a quarter of an hour: `compute-agop --convention paper` on torchvision's VGG11 (random
weights, biases that are not zero) at 224×224, against the Jacobian by every patch in PyTorch, in double precision.

    swift build -c release --product compute-agop
    python3 check_vgg11_agop.py .build/release/compute-agop      # needs numpy, torch and h5py

Prints for each convolution, with its own bias dropped and kept, the relative Frobenius error of the tool's matrix and
that of PyTorch's own single precision. A ReLU or a pool whose inputs are within rounding of a tie takes another branch
in single precision, and moves the gradients of a whole image: so either can be 1e-4 where the other is 1e-6. Exit
status 1 if the tool's exceeds 1e-3. Results: docs/agop.md.
"""
import argparse
import copy
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

TABLE = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]


def vgg11():
    layers, channels = [], 3
    for width in TABLE:
        if width == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    features = nn.Sequential(*layers)
    classifier = nn.Sequential(nn.Linear(25088, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(),
                               nn.Dropout(), nn.Linear(4096, 1000))
    for module in [*features, *classifier]:
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            nn.init.normal_(module.bias, 0, 0.1)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 0.01)
            nn.init.normal_(module.bias, 0, 0.1)
    return features.eval(), classifier.eval()


def by_patches(features, classifier, x, index, bias):
    """Σ g gᵀ over images, positions and the first ten logits; each patch is an input of its own."""
    x, bias = x.to(features[0].weight.dtype), bias.to(features[0].weight.dtype)
    conv = features[index]
    weight = conv.weight.detach().reshape(conv.out_channels, -1)
    total = torch.zeros(weight.shape[1], weight.shape[1], dtype=torch.float64)
    for image in x:
        with torch.no_grad():
            before = features[:index](image[None])
        height, width = before.shape[2:]
        patches = F.unfold(before, 3, padding=1).requires_grad_()
        z = (weight @ patches + bias[:, None]).reshape(1, -1, height, width)
        maps = F.adaptive_avg_pool2d(features[index + 1:](z), 7)
        logits = classifier(torch.flatten(maps, 1))[0, :10]
        for j in range(10):
            g, = torch.autograd.grad(logits[j], patches, retain_graph=True)
            total += (g[0] @ g[0].T).double()
    return total.numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--images", type=int, default=11)
    a = parser.parse_args()
    torch.manual_seed(1)
    features, classifier = vgg11()
    pixels = torch.randint(0, 256, (a.images, a.side, a.side, 3), dtype=torch.uint8)
    mean, std = torch.tensor([0.4914, 0.4822, 0.4465]), torch.tensor([0.2023, 0.1994, 0.2010])
    x = ((pixels / 255 - mean) / std).permute(0, 3, 1, 2)
    doubles = copy.deepcopy(features).double(), copy.deepcopy(classifier).double()
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with h5py.File(folder / "network.h5", "w") as f:
            f.attrs.update({"architecture": "vgg11", "outputs": 1000, "hidden": [4096, 4096], "pooled": 7,
                            "dropout": 0.5, "side": a.side, "mean": mean.double().numpy(),
                            "std": std.double().numpy()})
            for prefix, part in (("features", features), ("classifier", classifier)):
                for name, value in part.state_dict().items():
                    f[f"{prefix}.{name}"] = value.numpy()
        with h5py.File(folder / "images.h5", "w") as f:
            f.attrs.update({"name": "noise", "mean": mean.double().numpy(), "std": std.double().numpy()})
            f.attrs["classes"] = [str(i) for i in range(10)]
            for split, n in (("train", a.images), ("test", 1)):
                f[f"{split}/images"] = pixels[:n].numpy()
                f[f"{split}/labels"] = np.zeros(n, np.uint16)
        for kept in ("dropped", "kept"):
            subprocess.run([a.tool, folder / "network.h5", "--images", folder / "images.h5", "--convention", "paper",
                            "--count", str(a.images), "--power", "1", "--own-bias", kept, "-o", folder / "agop.h5"],
                           check=True)
            with h5py.File(folder / "agop.h5") as f:
                for index, conv in enumerate(features):
                    if not isinstance(conv, nn.Conv2d):
                        continue
                    bias = conv.bias.detach() if kept == "kept" else torch.zeros_like(conv.bias)
                    expected = by_patches(*doubles, x, index, bias)
                    peer = by_patches(features, classifier, x, index, bias)
                    factor = f[f"features.{index}/factor"][:].astype(np.float64)
                    error, peer_error = (
                        np.linalg.norm(m - expected) / np.linalg.norm(expected) for m in (factor.T @ factor, peer))
                    worst = max(worst, error)
                    print(f"own bias {kept:8} features.{index:<3} relative error {error:.1e}, PyTorch's {peer_error:.1e}",
                          flush=True)
    sys.exit(worst > 1e-3)


if __name__ == "__main__":
    main()
