#!/usr/bin/env python3
"""PyTorch doing on the same cores what `train` and `compute-agop` do: the peer that `bench` measures against.

    peer.py train --side 32 --batch 64 --head native --layout NHWC --precision f32 --threads 2

Says in a line of JSON what it is ({"about": …, "images": a step's}), then takes lines from standard input: a
number of steps each, answered by {"seconds": [of each step], "peak": bytes}. So two programs can take turns, and
neither pays for its start. `peer.py versions` only says what it is, and whether the processor has bfloat16.
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


def train(net, x, options):
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

    def step():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, options.precision == "bf16"):
            net(x)

    return step


def agop(net, x, options):
    """D = Σ δδᵀ of every convolution, δ the gradient of a logit by its output: one backward sweep a logit."""
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
    """Whether the processor has instructions for bfloat16: what emulates them takes some seconds a step."""
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
    net = vgg11(options.head).to(memory_format=layout)
    x = torch.randn(options.batch, 3, options.side, options.side).to(memory_format=layout)
    step = WORKS[options.work](net, x, options)
    step(), step()
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
