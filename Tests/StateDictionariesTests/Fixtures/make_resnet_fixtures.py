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
import torchvision

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from residual_networks import ResNet, disturb, rounded  # noqa: E402


def evaluated(net):
    """A disturbed network in evaluation that has seen batches."""
    for name, p in disturb(net).state_dict().items():
        if name.endswith("num_batches_tracked"):
            p.fill_(17)
    return net.eval()


@torch.no_grad()
def logits(net, x):
    return rounded(net.double()(x.double()))


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
        net = evaluated(torchvision.models.resnet18(num_classes=5))
        torch.save(net.state_dict(), folder / "whole.pth")
        x = torch.randn(2, 3, side, side)
        return (folder / "whole.json").write_text(json.dumps(
            {"side": side, "images": x.flatten().tolist(), "logits": logits(net, x)}))
    folder = pathlib.Path(words[0]) if words else pathlib.Path(__file__).parent
    side = 12
    x = torch.randn(2, 3, side, side)
    result = {"images": rounded(x)}
    x = torch.tensor(result["images"]).reshape(x.shape)
    net = evaluated(ResNet([2, 2, 2, 2], 1, True, 4))
    torch.save({"state_dict": {"module." + n: p for n, p in net.state_dict().items()}}, folder / "resnet18.pth")
    result["resnet18.pth"] = logits(net, x)
    # As common networks for CIFAR call them.
    net = evaluated(ResNet([1, 1, 1], 4, False, 4))
    state = {n.replace("downsample", "shortcut").replace("fc.", "linear."): p for n, p in net.state_dict().items()}
    from safetensors.torch import save_file
    save_file(state, folder / "resnet8.safetensors")
    result["resnet8.safetensors"] = logits(net, x)
    (folder / "resnets.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
