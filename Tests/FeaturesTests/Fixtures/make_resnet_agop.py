#!/usr/bin/env python3
"""Reference matrices for ResidualFeaturesTests: AGOP of every convolution of a small residual network in evaluation, by
autograd with respect to the patches that the convolution sees, in double precision.

    python3 make_resnet_agop.py [FOLDER]     # writes resnet-agop.json and fixup-agop.json, beside itself or there

Needs torch and torchvision.
"""
import json
import pathlib
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from residual_networks import FixupResNet, ResNet, disturb, rounded  # noqa: E402

SIDE, OUTPUTS, IMAGES = 6, 3, 2
MEAN, STD = (0.5, 0.4, 0.6), (0.25, 0.2, 0.3)


def by_patches(tape, name):
    """A hook by which a convolution's patches are leaves of the graph: nothing before it is differentiated by way of them. The tape
    keeps them, [N, C·k·k, positions], by the convolution's name."""
    def output(convolution, inputs, _):
        x, = inputs
        patches = F.unfold(x, convolution.kernel_size, padding=convolution.padding, stride=convolution.stride)
        tape[name] = patches = patches + torch.zeros_like(patches).requires_grad_()
        side = (x.shape[-1] - 1) // convolution.stride[0] + 1
        return (convolution.weight.flatten(1) @ patches).unflatten(2, (side, side))
    return output


def reference(kind, width, text):
    torch.manual_seed(4)
    net, tape = disturb(kind([1, 1, 1], width, False, OUTPUTS).eval()), {}
    with torch.no_grad():
        for p in net.state_dict().values():
            if p.ndim > 0:
                p.copy_(p.float())
    for name, module in net.named_modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(by_patches(tape, name))
    pixels = torch.randint(0, 256, (IMAGES, SIDE, SIDE, 3), dtype=torch.uint8)
    images = ((pixels / 255 - torch.tensor(MEAN)) / torch.tensor(STD)).permute(0, 3, 1, 2)
    logits = net(images)
    agop = {name: 0 for name in tape}
    for c in range(OUTPUTS):
        slopes = torch.autograd.grad(logits[:, c].sum(), list(tape.values()), retain_graph=True)
        for name, slope in zip(tape, slopes):  # mean over images, positions and logits
            rows = slope.transpose(1, 2).flatten(0, 1)
            agop[name] = agop[name] + rows.T @ rows / (len(rows) * OUTPUTS)
    return {
        "text": text, "side": SIDE, "outputs": OUTPUTS, "mean": MEAN, "std": STD,
        "pixels": pixels.flatten().tolist(), "logits": rounded(logits),
        "parameters": {n: rounded(p) for n, p in net.state_dict().items() if p.ndim > 0},
        "agop": {n: rounded(m) for n, m in agop.items()}}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    for name, case in {"resnet-agop.json": (ResNet, 2, "resnet8@0.125"),
                       "fixup-agop.json": (FixupResNet, 1, "resnet8@0.0625:norm=none")}.items():
        (folder / name).write_text(json.dumps(reference(*case)) + "\n")
