#!/usr/bin/env python3
"""Small residual networks as other programs save them, and their logits.

    python3 make_resnet_fixtures.py [FOLDER]   # writes resnet18.pth, resnet8.safetensors and resnets.json; needs torch,
                                               # torchvision and safetensors
    python3 make_resnet_fixtures.py whole FOLDER    # whole.pth of torchvision's own ResNet-18, and whole.json
    python3 make_resnet_fixtures.py check JSON FILE… # whether torchvision and timm load the files, and those called out
                                                     # compute the logits
"""
import json
import pathlib
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from torchvision.models.resnet import BasicBlock


class ResNet(nn.Module):
    """torchvision's, of any number of stages and filters."""
    def __init__(self, blocks, width, imagenet, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7 if imagenet else 3, 2 if imagenet else 1, 3 if imagenet else 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1) if imagenet else nn.Identity()
        self.count, inputs = len(blocks), width
        for stage, count in enumerate(blocks):
            outputs_of_stage, members = width << stage, []
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                downsample = None if stride == 1 and inputs == outputs_of_stage else nn.Sequential(
                    nn.Conv2d(inputs, outputs_of_stage, 1, stride, bias=False), nn.BatchNorm2d(outputs_of_stage))
                members.append(BasicBlock(inputs, outputs_of_stage, stride, downsample))
                inputs = outputs_of_stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*members))
        self.fc = nn.Linear(inputs, outputs)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        for stage in range(self.count):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


@torch.no_grad()
def disturb(net):
    """No gain or variance is 1, and no bias or mean 0."""
    for name, p in net.state_dict().items():
        if p.ndim == 4:
            nn.init.kaiming_normal_(p)
        elif name.endswith("running_var"):
            p.uniform_(0.5, 2)
        elif p.ndim == 1:
            p.normal_(1.0 if name.endswith("weight") else 0.0, 0.3)
        elif name.endswith("num_batches_tracked"):
            p.fill_(17)
    return net.eval()


@torch.no_grad()
def logits(net, x):
    return [float(f"{v:.7g}") for v in net.double()(x.double()).flatten().tolist()]


def main():
    torch.manual_seed(6)
    words = sys.argv[1:]
    if words[:1] == ["check"]:
        import timm
        from safetensors.torch import load_file
        expected = json.loads(pathlib.Path(words[1]).read_text())
        x = torch.tensor(expected["images"]).reshape(-1, 3, expected["side"], expected["side"])
        for file in words[2:]:
            state = load_file(file) if file.endswith("safetensors") else torch.load(file, weights_only=True)
            outputs = len(state["fc.bias"])
            for make in (torchvision.models.resnet18, timm.models.resnet18):
                net = make(num_classes=outputs)
                net.load_state_dict(state)
                found = torch.tensor(logits(net.eval(), x))
                same = torch.allclose(found, torch.tensor(expected["logits"]), rtol=1e-4, atol=1e-4)
                assert same == file.startswith("out"), (file, found)
        return print("agrees")
    if words[:1] == ["whole"]:
        folder, side = pathlib.Path(words[1]), 33
        net = disturb(torchvision.models.resnet18(num_classes=5))
        torch.save(net.state_dict(), folder / "whole.pth")
        x = torch.randn(2, 3, side, side)
        return (folder / "whole.json").write_text(json.dumps(
            {"side": side, "images": x.flatten().tolist(), "logits": logits(net, x)}))
    folder = pathlib.Path(words[0]) if words else pathlib.Path(__file__).parent
    side = 12
    x = torch.randn(2, 3, side, side)
    result = {"images": [float(f"{v:.7g}") for v in x.flatten().tolist()]}
    x = torch.tensor(result["images"]).reshape(x.shape)
    net = disturb(ResNet([2, 2, 2, 2], 1, True, 4))
    torch.save({"state_dict": {"module." + n: p for n, p in net.state_dict().items()}}, folder / "resnet18.pth")
    result["resnet18.pth"] = logits(net, x)
    # As common networks for CIFAR call them.
    net = disturb(ResNet([1, 1, 1], 4, False, 4))
    state = {n.replace("downsample", "shortcut").replace("fc.", "linear."): p for n, p in net.state_dict().items()}
    from safetensors.torch import save_file
    save_file(state, folder / "resnet8.safetensors")
    result["resnet8.safetensors"] = logits(net, x)
    (folder / "resnets.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
