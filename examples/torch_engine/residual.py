"""Residual networks of basic blocks, as torchvision's: He et al. 2016 (docs/files.md has the text)."""
import torch.nn.functional as F

# Number of blocks in each stage.
IMAGENET = {"resnet18": (2, 2, 2, 2), "resnet34": (3, 4, 6, 3)}
CIFAR = {f"resnet{6 * n + 2}": (n, n, n) for n in range(1, 19) if n not in (4, 8)}


class ResNet:
    side = None  # any from the smallest on

    def __init__(self, text, outputs):
        name, _, words = text.partition(":")
        name, _, factor = name.partition("@")
        settings = dict(word.split("=") for word in words.split(",") if word)
        self.blocks = (IMAGENET | CIFAR).get(name)
        if self.blocks is None:
            raise ValueError(f"no architecture '{text}'")
        self.has_large_stem = settings.pop("stem", "imagenet" if name in IMAGENET else "cifar") == "imagenet"
        if settings:
            raise ValueError(f"train knows {', '.join(settings)} of '{text}', PyTorch's engine does not")
        first = 64 if name in IMAGENET else 16
        # Half up, as train rounds.
        widths = [max(1, int(first * 2**i * float(factor or 1) + 0.5)) for i in range(len(self.blocks))]
        self.shapes, self.statistics, self.smallest_side = {}, set(), 1
        self.convolution("conv1", "bn1", 3, widths[0], 7 if self.has_large_stem else 3)
        inputs = widths[0]
        for stage, (count, width) in enumerate(zip(self.blocks, widths), 1):
            for i in range(count):
                block = f"layer{stage}.{i}."
                self.convolution(block + "conv1", block + "bn1", inputs, width, 3)
                self.convolution(block + "conv2", block + "bn2", width, width, 3)
                if self.halves(stage, i) or inputs != width:
                    self.convolution(block + "downsample.0", block + "downsample.1", inputs, width, 1)
                inputs = width
        self.shapes |= {"fc.weight": (outputs, inputs), "fc.bias": (outputs,)}

    @staticmethod
    def halves(stage, block):
        """Whether a block has half the side of the one before it."""
        return stage > 1 and block == 0

    def convolution(self, name, norm, inputs, outputs, kernel):
        self.shapes[name + ".weight"] = (outputs, inputs, kernel, kernel)
        self.shapes |= {f"{norm}.{part}": (outputs,) for part in ("weight", "bias", "running_mean", "running_var")}
        self.statistics |= {norm + ".running_mean", norm + ".running_var"}

    def logits(self, p, x, dropping=None):
        """In training (`dropping` is given) by the batch's statistics, which move the running ones."""

        def normalised(x, conv, norm, stride=1):
            w = p[conv + ".weight"]
            x = F.conv2d(x, w, stride=stride, padding=w.shape[2] // 2)
            return F.batch_norm(x, p[norm + ".running_mean"], p[norm + ".running_var"], p[norm + ".weight"],
                                p[norm + ".bias"], training=dropping is not None)

        x = F.relu(normalised(x, "conv1", "bn1", 2 if self.has_large_stem else 1))
        x = F.max_pool2d(x, 3, 2, 1) if self.has_large_stem else x
        for stage, count in enumerate(self.blocks, 1):
            for i in range(count):
                block, stride = f"layer{stage}.{i}.", 2 if self.halves(stage, i) else 1
                y = F.relu(normalised(x, block + "conv1", block + "bn1", stride))
                y = normalised(y, block + "conv2", block + "bn2")
                if block + "downsample.0.weight" in p:
                    x = normalised(x, block + "downsample.0", block + "downsample.1", stride)
                x = F.relu(x + y)
        return F.linear(x.mean((2, 3)), p["fc.weight"], p["fc.bias"])
