#!/usr/bin/env python3
"""PyTorch's convolutions, batch normalisation and max pooling, forward and backward, in double precision on small maps.

    python3 make_residual.py      # writes residual.json beside itself; needs torch

Maps are written [N, H, W, C], filters [K, C, k, k]. Inputs are floats; everything after them is computed in doubles.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(7)
draw = lambda *shape: torch.randn(*shape).double().requires_grad_()
numbers = lambda t: [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]
nhwc = lambda t: numbers(t.permute(0, 2, 3, 1))
result = {"convolutions": [], "norms": [], "pools": []}

for kernel, stride, inputs, outputs, height, width in [
        (1, 1, 5, 4, 3, 4), (1, 2, 5, 4, 5, 4), (3, 1, 3, 5, 4, 5), (3, 2, 5, 4, 5, 6), (3, 2, 3, 4, 6, 5),
        (7, 2, 3, 4, 9, 8), (7, 1, 2, 3, 3, 4), (3, 3, 2, 3, 7, 8)]:
    x, weight = draw(2, inputs, height, width), draw(outputs, inputs, kernel, kernel)
    z = F.conv2d(x, weight, stride=stride, padding=(kernel - 1) // 2)
    dz = torch.randn(z.shape).double()
    z.backward(dz)
    result["convolutions"].append({
        "kernel": kernel, "stride": stride, "inputs": inputs, "outputs": outputs, "height": height, "width": width,
        "x": nhwc(x), "weight": numbers(weight), "z": nhwc(z), "dz": nhwc(dz), "dx": nhwc(x.grad),
        "dw": numbers(weight.grad)})

for channels, height, width, rectifies, residual in [
        (21, 2, 3, True, True), (16, 2, 2, True, False), (5, 3, 1, False, False), (8, 1, 3, False, True)]:
    norm = torch.nn.BatchNorm2d(channels).double()
    with torch.no_grad():
        norm.weight.copy_(torch.randn(channels))
        norm.bias.copy_(torch.randn(channels))
    case = {"channels": channels, "height": height, "width": width, "rectifies": rectifies,
            "weight": numbers(norm.weight), "bias": numbers(norm.bias), "steps": []}

    def step(training):
        norm.train(training)
        norm.zero_grad()
        # A mean and a size of its own for each channel.
        z = (torch.randn(2, channels, height, width) * (1 + torch.rand(channels, 1, 1))
             + 3 * torch.randn(channels, 1, 1)).double().requires_grad_()
        other = draw(2, channels, height, width)
        y = norm(z) + other if residual else norm(z)
        if rectifies:
            y = F.relu(y)
        dy = torch.randn(y.shape).double()
        y.backward(dy)
        found = {"z": nhwc(z), "y": nhwc(y), "dy": nhwc(dy), "dz": nhwc(z.grad), "dWeight": numbers(norm.weight.grad),
                 "dBias": numbers(norm.bias.grad), "runningMean": numbers(norm.running_mean),
                 "runningVariance": numbers(norm.running_var)}
        if residual:
            found |= {"residual": nhwc(other), "dResidual": nhwc(other.grad)}
        return found

    case["steps"] = [step(True) for _ in range(3)]
    case["evaluation"] = step(False)
    result["norms"].append(case)

for height, width in [(5, 6), (7, 7), (1, 2), (4, 3)]:
    # Quarters, so that windows have ties.
    x = (torch.randn(2, 17, height, width) * 2).round().div(4).double().requires_grad_()
    y = F.max_pool2d(x, 3, stride=2, padding=1)
    dy = torch.randn(y.shape).double()
    y.backward(dy)
    result["pools"].append({"height": height, "width": width, "channels": 17, "x": nhwc(x), "y": nhwc(y),
                            "dy": nhwc(dy), "dx": nhwc(x.grad)})

pathlib.Path(__file__).with_name("residual.json").write_text(json.dumps(result) + "\n")
