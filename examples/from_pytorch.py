#!/usr/bin/env python3
"""Weights of PyTorch in, an initial network out: features of a trained VGG, and new filters drawn from them.

    python3 examples/from_pytorch.py [state_dict.pth] kaiming-nfm init.pth      # needs torch

Without a state dictionary it takes torchvision's VGG11, trained on ImageNet. The tools are looked for on the
PATH and in .build/release.
"""
import os
import subprocess
import sys
import tempfile

*given, method, output = sys.argv[1:]
os.environ["PATH"] += os.pathsep + os.path.join(os.path.dirname(__file__), "../.build/release")
with tempfile.TemporaryDirectory() as folder:
    path = given[0] if given else f"{folder}/vgg11.pth"
    if not given:
        import torch
        import torchvision
        torch.save(torchvision.models.vgg11(weights="DEFAULT").state_dict(), path)
    network, features, init = (f"{folder}/{name}.h5" for name in ("network", "nfm", "init"))
    for command in (["extract-pretrained", path, "-o", network], ["compute-nfm", network, "-o", features],
                    ["sample-init", features, "--method", method, "-o", init],
                    ["extract-pretrained", init, "--export", "pth", "-o", output]):
        subprocess.run(command, check=True)
