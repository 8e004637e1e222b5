#!/usr/bin/env python3
"""Loads exported vision transformers with strict=True into timm's and torchvision's modules, and compares their logits with those that
`transformers.json` states.

    python3 check_transformers.py transformers.json TIMM.pth TORCHVISION.safetensors     # exports of vit-huggingface
"""

import json
import sys

import torch
import torchvision
from safetensors.torch import load_file
from timm.models.vision_transformer import VisionTransformer

expected, timm, in_torchvision = sys.argv[1:]
with open(expected) as file:
    expected = json.load(file)
images = torch.tensor(expected["images"]).view(3, 3, 16, 16)
logits = torch.tensor(expected["vit-huggingface.safetensors"]).view(3, 5)
models = {
    timm: VisionTransformer(
        img_size=16, patch_size=4, embed_dim=64, depth=2, num_heads=1, mlp_ratio=0.5, num_classes=5
    ),
    in_torchvision: torchvision.models.VisionTransformer(
        image_size=16, patch_size=4, num_layers=2, num_heads=1, hidden_dim=64, mlp_dim=32, num_classes=5
    ),
}
for path, model in models.items():
    state = load_file(path) if path.endswith(".safetensors") else torch.load(path, weights_only=True)
    model.load_state_dict(state, strict=True)
    with torch.no_grad():
        torch.testing.assert_close(model.eval()(images), logits, rtol=1e-4, atol=1e-4)
print("agrees")
