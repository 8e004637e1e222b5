"""Small residual networks of torchvision's blocks and of Fixup's, for the scripts that make fixtures of them."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.models.resnet import BasicBlock


class Network(nn.Module):
    """A stem, stages of blocks and a linear head. A kind of network defines `start`, `after_shortcut`, `block` and `forward`."""
    def __init__(self, blocks, width, imagenet, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7 if imagenet else 3, 2 if imagenet else 1, 3 if imagenet else 1, bias=False)
        self.start(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1) if imagenet else nn.Identity()
        self.count, inputs = len(blocks), width
        for stage, count in enumerate(blocks):
            outputs_of_stage, members = width << stage, []
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                downsample = None if stride == 1 and inputs == outputs_of_stage else nn.Sequential(
                    nn.Conv2d(inputs, outputs_of_stage, 1, stride, bias=False), *self.after_shortcut(outputs_of_stage))
                members.append(self.block(inputs, outputs_of_stage, stride, downsample))
                inputs = outputs_of_stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*members))
        self.fc = nn.Linear(inputs, outputs)

    def stages(self, x):
        for stage in range(self.count):
            x = getattr(self, f"layer{stage + 1}")(x)
        return x.mean((2, 3))


class ResNet(Network):
    """torchvision's, of any number of stages and filters."""
    block = BasicBlock

    def start(self, width):
        self.bn1 = nn.BatchNorm2d(width)

    def after_shortcut(self, width):
        return [nn.BatchNorm2d(width)]

    def forward(self, x):
        return self.fc(self.stages(self.maxpool(F.relu(self.bn1(self.conv1(x))))))


class FixupBlock(nn.Module):
    """The basic block of Zhang, Dauphin & Ma 2019, with the names of their code."""
    def __init__(self, inputs, outputs, stride, downsample):
        super().__init__()
        for name in ("bias1a", "bias1b", "bias2a", "bias2b"):
            setattr(self, name, nn.Parameter(torch.zeros(1)))
        self.scale = nn.Parameter(torch.ones(1))
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.downsample = downsample

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x + self.bias1a)
        out = F.relu(self.conv1(x + self.bias1a) + self.bias1b)
        out = self.conv2(out + self.bias2a) * self.scale + self.bias2b
        return F.relu(out + identity)


class FixupResNet(Network):
    """The network of the same authors, with a 1×1 convolution in the shortcuts of other sizes."""
    block = FixupBlock

    def start(self, width):
        self.bias1, self.bias2 = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))

    def after_shortcut(self, width):
        return []

    def forward(self, x):
        return self.fc(self.stages(self.maxpool(F.relu(self.conv1(x) + self.bias1))) + self.bias2)


@torch.no_grad()
def disturb(net):
    """No gain, multiplier or variance is 1, no bias or mean 0, and no gradient vanishes on the way."""
    for name, p in net.state_dict().items():
        if p.ndim == 4:
            nn.init.kaiming_normal_(p)
        elif name.endswith("running_var"):
            p.uniform_(0.5, 2)
        elif p.ndim == 1:
            p.normal_(1.0 if name.endswith(("weight", "scale")) else 0.0, 0.3)
    return net


def rounded(tensor):
    """The numbers as fixtures have them."""
    return [float(f"{v:.7g}") for v in tensor.detach().flatten().tolist()]
