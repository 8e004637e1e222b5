"""Residual networks of basic blocks, as torchvision's: He et al. 2016; without batch normalisation as Fixup's: Zhang, Dauphin &
Ma 2019 (docs/files.md has the text)."""
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
        norm = settings.pop("norm", "batch")
        if norm not in ("batch", "none"):
            raise ValueError(f"norm in '{text}' is batch or none, not '{norm}'")
        self.is_normalised = norm == "batch"
        if settings:
            raise ValueError(f"train knows {', '.join(settings)} of '{text}', PyTorch's engine does not")
        first = 64 if name in IMAGENET else 16
        # Half up, as train rounds.
        widths = [max(1, int(first * 2**i * float(factor or 1) + 0.5)) for i in range(len(self.blocks))]
        self.shapes, self.statistics, self.smallest_side = {}, set(), 1
        self.convolution("conv1", "bn1", 3, widths[0], 7 if self.has_large_stem else 3)
        if not self.is_normalised:
            self.shapes |= {"bias1": (1,), "bias2": (1,)}
        inputs = widths[0]
        for stage, (count, width) in enumerate(zip(self.blocks, widths), 1):
            for i in range(count):
                block = f"layer{stage}.{i}."
                if not self.is_normalised:
                    self.shapes |= {block + name: (1,) for name in ("bias1a", "bias1b", "bias2a", "scale", "bias2b")}
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
        if not self.is_normalised:
            return
        self.shapes |= {f"{norm}.{part}": (outputs,) for part in ("weight", "bias", "running_mean", "running_var")}
        self.statistics |= {norm + ".running_mean", norm + ".running_var"}

    def logits(self, p, x, dropping=None):
        """In training (`dropping` is given) by the batch's statistics, which move the running ones."""

        def convolved(x, name, stride=1):
            w = p[name + ".weight"]
            return F.conv2d(x, w, stride=stride, padding=w.shape[2] // 2)

        def normalised(x, name, norm, stride=1):
            return F.batch_norm(convolved(x, name, stride), p[norm + ".running_mean"], p[norm + ".running_var"],
                                p[norm + ".weight"], p[norm + ".bias"], training=dropping is not None)

        def block_with_norms(x, block, stride, has_convolution):
            h = F.relu(normalised(x, block + "conv1", block + "bn1", stride))
            y = normalised(h, block + "conv2", block + "bn2")
            return y + (normalised(x, block + "downsample.0", block + "downsample.1", stride) if has_convolution else x)

        def block_with_scalars(x, block, stride, has_convolution):
            a = x + p[block + "bias1a"]
            h = F.relu(convolved(a, block + "conv1", stride) + p[block + "bias1b"])
            y = p[block + "scale"] * convolved(h + p[block + "bias2a"], block + "conv2") + p[block + "bias2b"]
            return y + (convolved(a, block + "downsample.0", stride) if has_convolution else x)

        stride, block = 2 if self.has_large_stem else 1, block_with_norms if self.is_normalised else block_with_scalars
        x = normalised(x, "conv1", "bn1", stride) if self.is_normalised else convolved(x, "conv1", stride) + p["bias1"]
        x = F.relu(x)
        x = F.max_pool2d(x, 3, 2, 1) if self.has_large_stem else x
        for stage, count in enumerate(self.blocks, 1):
            for i in range(count):
                name = f"layer{stage}.{i}."
                x = F.relu(block(x, name, 2 if self.halves(stage, i) else 1, name + "downsample.0.weight" in p))
        x = x.mean((2, 3))
        return F.linear(x if self.is_normalised else x + p["bias2"], p["fc.weight"], p["fc.bias"])
