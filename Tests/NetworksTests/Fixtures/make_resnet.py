#!/usr/bin/env python3
"""Reference numbers from residual networks of torchvision's blocks and of Fixup's: logits in training and in evaluation, loss,
every gradient, and parameters and running statistics after three SGD steps.

    python3 make_resnet.py [FOLDER]     # writes resnet.json, beside itself or there; needs torch and torchvision
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from residual_networks import FixupResNet, ResNet, disturb, rounded  # noqa: E402


CASES = {
    # name: (text, side, class, blocks of each stage, filters of the first, whether it begins as for ImageNet)
    "ImageNet's": ("resnet14@0.125:stem=imagenet", 37, ResNet, [2, 2, 2], 2, True),
    "CIFAR's": ("resnet8@0.1875", 10, ResNet, [1, 1, 1], 3, False),
    "Fixup's for ImageNet": ("resnet14@0.0625:stem=imagenet,norm=none", 21, FixupResNet, [2, 2, 2], 1, True),
    "Fixup's for CIFAR": ("resnet8@0.1875:norm=none", 10, FixupResNet, [1, 1, 1], 3, False),
}
OUTPUTS, IMAGES = 5, 6


def tensors(items):
    return {n: {"shape": list(t.shape), "values": rounded(t)} for n, t in items if not n.endswith("num_batches_tracked")}


def network(kind, *sizes):
    torch.manual_seed(3)
    net = disturb(kind(*sizes, OUTPUTS))
    with torch.no_grad():  # as the fixture has them
        for p in net.state_dict().values():
            p.copy_(torch.tensor(rounded(p)).reshape(p.shape))
    return net


def case(text, side, *sizes):
    net = network(*sizes)
    x, y = torch.randn(IMAGES, 3, side, side).float().double(), torch.randint(0, OUTPUTS, (IMAGES,))
    result = {"text": text, "side": side, "outputs": OUTPUTS, "labels": y.tolist(),
              "parameters": tensors(net.state_dict().items()), "input": rounded(x.permute(0, 2, 3, 1))}
    x = torch.tensor(result["input"]).reshape(IMAGES, side, side, 3).permute(0, 3, 1, 2)
    result["evaluated"] = rounded(net.eval()(x))
    net.train()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    for step in range(3):
        optimiser.zero_grad()
        logits = net(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        if step == 0:
            result["logits"], result["loss"] = rounded(logits), loss.item()
            result["gradients"] = tensors((n, p.grad) for n, p in net.named_parameters())
        optimiser.step()
    result["trained"] = tensors(net.state_dict().items())
    return result


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)  # the numbers themselves, not another rounding of them
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    (folder / "resnet.json").write_text(json.dumps({name: case(*spec) for name, spec in CASES.items()}) + "\n")
