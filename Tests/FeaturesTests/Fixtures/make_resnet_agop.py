#!/usr/bin/env python3
"""Reference matrices for ResidualFeaturesTests: AGOP of every convolution of a small residual network in evaluation, by
autograd with respect to the patches that the convolution sees, in double precision.

    python3 make_resnet_agop.py      # writes resnet-agop.json beside itself; needs torch
"""
import json
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F

SIDE, WIDTHS, OUTPUTS, IMAGES = 6, (2, 4, 8), 3, 2
MEAN, STD = (0.5, 0.4, 0.6), (0.25, 0.2, 0.3)
tape = {}  # patches [N, C·k·k, positions] by the convolution's name


class Convolution(nn.Conv2d):
    """A convolution whose patches are leaves of the graph: nothing before it is differentiated by way of them."""
    def __init__(self, name, inputs, outputs, kernel, stride):
        super().__init__(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=False)
        self.name = name

    def forward(self, x):
        patches = F.unfold(x, self.kernel_size, padding=self.padding, stride=self.stride)
        tape[self.name] = patches = patches + torch.zeros_like(patches).requires_grad_()
        side = (x.shape[-1] - 1) // self.stride[0] + 1
        return (self.weight.flatten(1) @ patches).unflatten(2, (side, side))


class Block(nn.Module):
    def __init__(self, name, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = Convolution(name + ".conv1", inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = Convolution(name + ".conv2", outputs, outputs, 3, 1), nn.BatchNorm2d(outputs)
        self.downsample = nn.Identity() if stride == 1 else nn.Sequential(
            Convolution(name + ".downsample.0", inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.downsample(x))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = Convolution("conv1", 3, WIDTHS[0], 3, 1), nn.BatchNorm2d(WIDTHS[0])
        self.layer1 = nn.Sequential(Block("layer1.0", WIDTHS[0], WIDTHS[0], 1))
        self.layer2 = nn.Sequential(Block("layer2.0", WIDTHS[0], WIDTHS[1], 2))
        self.layer3 = nn.Sequential(Block("layer3.0", WIDTHS[1], WIDTHS[2], 2))
        self.fc = nn.Linear(WIDTHS[2], OUTPUTS)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.fc(x.mean((2, 3)))


def rounded(tensor):
    return [float(f"{v:.7g}") for v in tensor.flatten().tolist()]


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(4)
    net = Network().eval()
    with torch.no_grad():
        for name, p in net.state_dict().items():
            if p.ndim == 4:
                nn.init.kaiming_normal_(p)
            elif name.endswith("running_var"):
                p.uniform_(0.5, 2)
            elif p.ndim == 1:
                p.normal_(1.0 if name.endswith("weight") else 0.0, 0.3)
            if p.ndim > 0:
                p.copy_(p.float())
    pixels = torch.randint(0, 256, (IMAGES, SIDE, SIDE, 3), dtype=torch.uint8)
    images = ((pixels / 255 - torch.tensor(MEAN)) / torch.tensor(STD)).permute(0, 3, 1, 2)
    logits = net(images)
    agop = {name: 0 for name in tape}
    for c in range(OUTPUTS):
        slopes = torch.autograd.grad(logits[:, c].sum(), list(tape.values()), retain_graph=True)
        for name, slope in zip(tape, slopes):  # mean over images, positions and logits
            rows = slope.transpose(1, 2).flatten(0, 1)
            agop[name] = agop[name] + rows.T @ rows / (len(rows) * OUTPUTS)
    result = {
        "text": "resnet8@0.125", "side": SIDE, "outputs": OUTPUTS, "mean": MEAN, "std": STD,
        "pixels": pixels.flatten().tolist(), "logits": rounded(logits),
        "parameters": {n: rounded(p) for n, p in net.state_dict().items() if p.ndim > 0},
        "agop": {n: rounded(m) for n, m in agop.items()}}
    pathlib.Path(__file__).with_name("resnet-agop.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
