#!/usr/bin/env python3
"""Reference numbers from residual networks of torchvision's blocks: logits in training and in evaluation, loss, every
gradient, and parameters and running statistics after three SGD steps.

    python3 make_resnet.py      # writes resnet.json beside itself; needs torch and torchvision
"""
import json
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.models.resnet import BasicBlock

CASES = {
    # name: (text, side, blocks of each stage, filters of the first, whether it begins as for ImageNet)
    "ImageNet's": ("resnet14@0.125:stem=imagenet", 37, [2, 2, 2], 2, True),
    "CIFAR's": ("resnet8@0.1875", 10, [1, 1, 1], 3, False),
}
OUTPUTS, IMAGES = 5, 6


class ResNet(nn.Module):
    def __init__(self, blocks, width, imagenet):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7 if imagenet else 3, 2 if imagenet else 1, 3 if imagenet else 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(3, 2, 1) if imagenet else nn.Identity()
        inputs, stages = width, []
        for stage, count in enumerate(blocks):
            outputs, members = width << stage, []
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                downsample = None if stride == 1 and inputs == outputs else nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
                members.append(BasicBlock(inputs, outputs, stride, downsample))
                inputs = outputs
            stages.append(nn.Sequential(*members))
            setattr(self, f"layer{stage + 1}", stages[-1])
        self.stages = lambda x: [x := stage(x) for stage in stages][-1]
        self.fc = nn.Linear(inputs, OUTPUTS)

    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        return self.fc(self.stages(x).mean((2, 3)))


def tensors(items):
    return {n: {"shape": list(t.shape), "values": [float(f"{v:.7g}") for v in t.flatten().tolist()]}
            for n, t in items if not n.endswith("num_batches_tracked")}


def network(*sizes):
    torch.manual_seed(3)
    net = ResNet(*sizes)
    with torch.no_grad():  # so that no gain or variance is 1, no bias or mean 0, and no gradient vanishes on the way
        for name, p in net.state_dict().items():
            if p.ndim == 4:
                nn.init.kaiming_normal_(p)
            elif name.endswith("running_var"):
                p.uniform_(0.5, 2)
            elif p.ndim == 1:
                p.normal_(1.0 if name.endswith("weight") else 0.0, 0.3)
            # As the fixture has them.
            p.copy_(torch.tensor([float(f"{v:.7g}") for v in p.flatten().tolist()]).reshape(p.shape))
    return net


def case(text, side, *sizes):
    net = network(*sizes)
    x, y = torch.randn(IMAGES, 3, side, side).float().double(), torch.randint(0, OUTPUTS, (IMAGES,))
    result = {"text": text, "side": side, "outputs": OUTPUTS, "labels": y.tolist(),
              "parameters": tensors(net.state_dict().items()),
              "input": tensors([("x", x.permute(0, 2, 3, 1).contiguous())])["x"]["values"]}
    x = torch.tensor(result["input"]).reshape(IMAGES, side, side, 3).permute(0, 3, 1, 2)
    numbers = lambda t: tensors([("z", t.detach())])["z"]["values"]
    result["evaluated"] = numbers(net.eval()(x))
    net.train()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    for step in range(3):
        optimiser.zero_grad()
        logits = net(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        if step == 0:
            result["logits"], result["loss"] = numbers(logits), loss.item()
            result["gradients"] = tensors((n, p.grad) for n, p in net.named_parameters())
        optimiser.step()
    result["trained"] = tensors(net.state_dict().items())
    return result


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)  # the numbers themselves, not another rounding of them
    path = pathlib.Path(__file__).with_name("resnet.json")
    path.write_text(json.dumps({name: case(*spec) for name, spec in CASES.items()}) + "\n")
