#!/usr/bin/env python3
"""PyTorch doing on the same cores what `train` and `compute-agop` do: the peer that `bench` measures against.

    peer.py train --side 32 --batch 64 --head native --layout NHWC --precision f32 --threads 2
    peer.py train --architecture resnet20 --side 32 --batch 128 --layout NHWC
    peer.py train --architecture vit-micro --side 28 --batch 128 --compile

Reports itself in a line of JSON ({"about": …, "images": of a step}), then reads lines from standard input. Each holds
a number of steps, and is answered by {"seconds": [of each step], "peak": bytes}. So two programs can take turns, and
their start is not measured. `peer.py versions` only reports itself and whether the processor has bfloat16.
"""
import argparse
import json
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import jacrev, vmap

TABLE = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
# Outputs, widths of the hidden layers, side of the average pool.
HEADS = {"native": (10, [512, 512], 1), "torchvision": (1000, [4096, 4096], 7)}
LOGITS = 10
# Residual networks with a 3x3 stem: channels of the stages, and blocks of each.
RESNETS = {"resnet18:stem=cifar": ([64, 128, 256, 512], 2), "resnet20": ([16, 32, 64], 3)}
# Vision transformers: patch, width, blocks, heads, units of the MLP, and whether a class token is read.
TRANSFORMERS = {"vit-micro": (4, 64, 6, 4, 128, False), "vit-small-32": (4, 128, 6, 4, 256, True),
                "vit-tiny": (16, 192, 12, 3, 768, True)}


def vgg11(head):
    outputs, hidden, pooled = HEADS[head]
    layers, channels = [], 3
    for width in TABLE:
        if width == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
    layers += [nn.AdaptiveAvgPool2d(pooled), nn.Flatten()]
    features = channels * pooled * pooled
    for width in hidden:
        layers += [nn.Linear(features, width), nn.ReLU(inplace=True), nn.Dropout(0.5)]
        features = width
    return nn.Sequential(*layers, nn.Linear(features, outputs))


def normalised(inputs, outputs, kernel, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = normalised(inputs, outputs, 3, stride), normalised(outputs, outputs, 3)
        self.shortcut = None if inputs == outputs else normalised(inputs, outputs, 1, stride)

    def forward(self, x):
        y = self.second(F.relu(self.first(x), inplace=True))
        y += x if self.shortcut is None else self.shortcut(x)
        return F.relu(y, inplace=True)


def resnet(name):
    """Basic blocks, the shortcut a 1x1 convolution where the shape changes: torchvision's arithmetic."""
    widths, blocks = RESNETS[name]
    layers, channels = [normalised(3, widths[0], 3), nn.ReLU(inplace=True)], widths[0]
    for stage, width in enumerate(widths):
        for block in range(blocks):
            layers.append(ResidualBlock(channels, width, 2 if stage > 0 and block == 0 else 1))
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


class Block(nn.Module):
    def __init__(self, width, heads, mlp):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, mlp), nn.Linear(mlp, width)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, d))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class VisionTransformer(nn.Module):
    """Pre-norm, with learned positions: timm's arithmetic and no more than it needs."""

    def __init__(self, text, side):
        super().__init__()
        name, _, settings = text.partition(":")
        patch, width, depth, heads, mlp, self.reads_token = TRANSFORMERS[name]
        settings = dict(word.split("=") for word in settings.split(",") if word)
        patch = int(settings.pop("patch", patch))
        if int(settings.pop("side", side)) != side or settings:
            sys.exit(f"'{text}' at side {side}: only a patch, and a side that is --side, can be set")
        self.embed = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width)) if self.reads_token else None
        self.positions = nn.Parameter(0.02 * torch.randn(1, self.reads_token + (side // patch) ** 2, width))
        self.blocks = nn.Sequential(*(Block(width, heads, mlp) for _ in range(depth)))
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, 10)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2)
        if self.reads_token:
            x = torch.cat([self.token.expand(len(x), -1, -1), x], 1)
        x = self.norm(self.blocks(x + self.positions))
        return self.head(x[:, 0] if self.reads_token else x.mean(1))


def train_transformer(net, x, options):
    """A step of the recipe of docs/training.md: AdamW with decay on matrices only, smoothed labels, clipping."""
    y = torch.randint(0, 10, (options.batch,))
    matrices = [p for p in net.parameters() if p.ndim in (2, 4)]
    others = [p for p in net.parameters() if p.ndim not in (2, 4)]
    optimiser = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.05},
                                   {"params": others, "weight_decay": 0}], lr=1e-3, fused=True)
    run = torch.compile(net) if options.compile else net

    def step():
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(run(x), y, label_smoothing=0.1).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()

    return step


def train(net, x, options):
    if isinstance(net, VisionTransformer):
        return train_transformer(net, x, options)
    y = torch.randint(0, HEADS[options.head][0], (options.batch,))
    optimiser = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4)

    def step():
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bf16"):
            loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimiser.step()

    return step


def evaluate(net, x, options):
    net.eval()
    run = torch.compile(net) if options.compile else net

    def step():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, options.precision == "bf16"):
            run(x)

    return step


def agop_transformer(net, x):
    """D = Σ δδᵀ of every linear map before the head; a head's queries are a block of the matrix of qkv's."""
    net.eval().requires_grad_(False)
    maps, outputs = [m for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear)) and m is not net.head], []
    sums = [torch.zeros(m.weight.shape[0], m.weight.shape[0]) for m in maps]
    for m in maps:
        m.register_forward_hook(lambda _, __, y: outputs.append(y if y.requires_grad else y.requires_grad_()))

    def step():
        outputs.clear()
        z = net(x)
        for logit in range(LOGITS):
            retain = logit + 1 < LOGITS
            for total, delta in zip(sums, torch.autograd.grad(z[:, logit].sum(), outputs, retain_graph=retain)):
                if delta.ndim == 4:
                    delta = delta.permute(0, 2, 3, 1)
                rows = delta.reshape(-1, delta.shape[-1])
                total.addmm_(rows.T, rows)

    return step


def agop(net, x, options):
    """D = Σ δδᵀ of every convolution, δ the gradient of a logit by its output: one backward sweep a logit."""
    if isinstance(net, VisionTransformer):
        return agop_transformer(net, x)
    net.eval().requires_grad_(False)
    sums = [torch.zeros(c.out_channels, c.out_channels) for c in net if isinstance(c, nn.Conv2d)]

    def step():
        maps, z = [], x
        for layer in net:
            z = F.relu(z) if isinstance(layer, nn.ReLU) else layer(z)
            if isinstance(layer, nn.Conv2d):
                if not maps:
                    z.requires_grad_()
                maps.append(z)
        for logit in range(LOGITS):
            retain = logit + 1 < LOGITS
            for total, delta in zip(sums, torch.autograd.grad(z[:, logit].sum(), maps, retain_graph=retain)):
                rows = delta.permute(0, 2, 3, 1).reshape(-1, delta.shape[1])
                total.addmm_(rows.T, rows)

    return step


def agop_jacobians(net, x, options):
    """AGOP as its authors compute it: the Jacobian of the logits by every patch of each convolution."""
    net.eval().requires_grad_(False)
    inner = nn.Sequential(*(nn.ReLU() if isinstance(layer, nn.ReLU) else layer for layer in net))

    def step():
        for i, conv in enumerate(inner):
            if not isinstance(conv, nn.Conv2d):
                continue
            before = inner[:i](x)
            weight = conv.weight.reshape(conv.out_channels, -1)

            def logits(patches):
                z = weight @ patches + conv.bias[:, None]
                return inner[i + 1:](z.reshape(1, conv.out_channels, *before.shape[2:]))[0, :LOGITS]

            jacobian = vmap(jacrev(logits), chunk_size=4)(F.unfold(before, 3, padding=1))
            g = jacobian.permute(0, 1, 3, 2).reshape(-1, weight.shape[1])
            g.T @ g

    return step


WORKS = {"train": train, "evaluate": evaluate, "agop": agop, "agop-jacobians": agop_jacobians}


def peak():
    """The most memory that this process has held, in bytes."""
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def has_bfloat16():
    """Whether the processor has instructions for bfloat16: emulating them takes some seconds a step."""
    if sys.platform != "linux":
        return False
    with open("/proc/cpuinfo") as processor:
        lines = (line.partition(":") for line in processor)
        flags = next((words.split() for key, _, words in lines if key.strip() in ("flags", "Features")), [])
    return not {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(flags)


def say(**values):
    print(json.dumps(values), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["versions", *WORKS])
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--architecture", default="vgg11")
    parser.add_argument("--compile", action="store_true", help="a transformer by torch.compile")
    parser.add_argument("--head", choices=HEADS, default="native")
    parser.add_argument("--layout", choices=["NCHW", "NHWC"], default="NCHW")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    about = f"PyTorch {torch.__version__} ({torch.backends.cpu.get_cpu_capability()}), Python {sys.version.split()[0]}"
    if options.work == "versions":
        return say(about=about, images=0, bfloat16=has_bfloat16())
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    layout = torch.channels_last if options.layout == "NHWC" else torch.contiguous_format
    if options.architecture == "vgg11":
        net = vgg11(options.head).to(memory_format=layout)
    elif options.architecture in RESNETS:
        net = resnet(options.architecture).to(memory_format=layout)
    else:
        net = VisionTransformer(options.architecture, options.side)
    x = torch.randn(options.batch, 3, options.side, options.side).to(memory_format=layout)
    step = WORKS[options.work](net, x, options)
    try:
        step(), step()
    except Exception as error:  # the compiler's own kinds of errors are no public interface
        if not options.compile:
            raise
        sys.exit(f"torch.compile does not work here: {(str(error) or repr(error)).splitlines()[0]}")
    say(about=about, images=options.batch)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        say(seconds=seconds, peak=peak())


if __name__ == "__main__":
    main()
