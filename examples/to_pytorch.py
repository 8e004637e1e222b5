#!/usr/bin/env python3
"""An initial network taken to PyTorch: into torchvision's VGG11, and one batch through it.

    sample-init nfm.h5 --method kaiming-nfm --for torchvision -o vgg11.pth
    python3 examples/to_pytorch.py vgg11.pth                                # needs torch and torchvision
"""
import sys

import torch
import torchvision

if sys.argv[1].endswith(".safetensors"):
    from safetensors.torch import load_file
    weights = load_file(sys.argv[1])
else:
    weights = torch.load(sys.argv[1], weights_only=True)
model = torchvision.models.vgg11(num_classes=len(weights["classifier.6.bias"]), init_weights=False)
model.load_state_dict(weights, strict=True)
model.eval()
with torch.no_grad():
    logits = model(torch.randn(2, 3, 224, 224))
print(f"{sum(p.numel() for p in model.parameters())} parameters, logits {list(logits.shape)}"
      f" of deviation {logits.std():.3g}")
