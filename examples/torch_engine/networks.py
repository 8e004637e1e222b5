"""Networks of docs/files.md by PyTorch: the text of their architecture and a dictionary of parameters → logits."""
import torch
import torch.nn.functional as F

from .residual import ResNet

TABLES = {
    "vgg11": "64,M,128,M,256,256,M,512,512,M,512,512,M",
    "vgg13": "64,64,M,128,128,M,256,256,M,512,512,M,512,512,M",
    "vgg16": "64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M",
    "vgg19": "64,64,M,128,128,M,256,256,256,256,M,512,512,512,512,M,512,512,512,512,M",
}
KEYS = "side", "patch", "width", "depth", "heads", "mlp", "pool"
TRANSFORMERS = {
    "vit-micro": (28, 4, 64, 6, 4, 128, "mean"), "vit-small-32": (32, 4, 128, 6, 4, 256, "class"),
    "vit-tiny": (224, 16, 192, 12, 3, 768, "class"), "vit-small": (224, 16, 384, 12, 6, 1536, "class"),
    "vit-base": (224, 16, 768, 12, 12, 3072, "class"), "vit": (224, 0, 0, 0, 0, 0, "class"),
}


def network_of(text, outputs, hidden, pooled, dropout):
    """The network that a file's attributes describe.

    Raises ValueError for a family that is not known here, and for what describes no network."""
    if not 0 <= dropout < 1 or pooled < 1 or outputs < 1 or min(hidden, default=1) < 1:
        raise ValueError("dropout is below 1, and layers have at least one unit")
    if text.startswith("vgg"):
        return VGG(text, outputs, hidden, pooled, dropout)
    if text.startswith("vit"):
        return VisionTransformer(text, outputs, dropout)
    if text.startswith("resnet"):
        return ResNet(text, outputs)
    raise ValueError(f"'{text}' is no VGG, vision transformer or residual network")


class VGG:
    side = None  # any from the smallest on
    statistics = ()

    def __init__(self, text, outputs, hidden, pooled, dropout):
        name, _, factor = text.partition("@")
        self.table = TABLES[name] if name in TABLES else name.removeprefix("vgg:")
        self.table, self.pooled, self.dropout, self.shapes = self.table.split(","), pooled, dropout, {}
        inputs, place = 3, 0
        for word in self.table:
            if word != "M":
                # Half up, as train rounds.
                filters = max(1, int(int(word) * float(factor or 1) + 0.5))
                self.shapes |= {f"features.{place}.weight": (filters, inputs, 3, 3), f"features.{place}.bias": (filters,)}
                inputs = filters
            place += 1 if word == "M" else 2
        inputs *= pooled**2
        for i, width in enumerate([*hidden, outputs]):
            self.shapes |= {f"classifier.{3 * i}.weight": (width, inputs), f"classifier.{3 * i}.bias": (width,)}
            inputs = width
        self.hidden, self.smallest_side = len(hidden), 2 ** self.table.count("M")

    def logits(self, p, x, dropping=None):
        place = 0
        for word in self.table:
            if word == "M":
                x = F.max_pool2d(x, 2)
            else:
                x = F.relu(F.conv2d(x, p[f"features.{place}.weight"], p[f"features.{place}.bias"], padding=1))
            place += 1 if word == "M" else 2
        x = F.adaptive_avg_pool2d(x, self.pooled).flatten(1)
        for i in range(self.hidden + 1):
            x = F.linear(x, p[f"classifier.{3 * i}.weight"], p[f"classifier.{3 * i}.bias"])
            if i < self.hidden:
                x = F.relu(x)
                x = dropping.units(x, i, self.dropout) if dropping else x
        return x


class VisionTransformer:
    """Pre-norm, as timm's."""

    statistics = ()

    def __init__(self, text, outputs, dropout):
        name, _, words = text.partition(":")
        if name not in TRANSFORMERS:
            raise ValueError(f"no architecture '{text}'")
        given = dict(word.split("=") for word in words.split(",") if word)
        known = dict(zip(KEYS, TRANSFORMERS[name])) | {"positions": "learned", "droppath": 0, "epsilon": 1e-6}
        if unknown := set(given) - set(known):
            raise ValueError(f"'{unknown.pop()}' in '{text}' is no setting of a vision transformer")
        settings = known | given
        self.side, patch, width, depth, heads, mlp = (int(settings[key]) for key in KEYS[:6])
        mlp = mlp or 4 * width
        if min(self.side, patch, width, depth, heads, mlp) < 1 or self.side % patch or width % heads:
            raise ValueError(f"'{text}' describes no vision transformer")
        self.smallest_side = self.side
        self.patch, self.depth, self.heads, self.dropout = patch, depth, heads, dropout
        self.epsilon, self.path = float(settings["epsilon"]), float(settings["droppath"])
        self.reads_mean = settings["pool"] == "mean"
        grid, prefix = self.side // patch, 0 if self.reads_mean else 1
        self.shapes = {} if self.reads_mean else {"cls_token": (1, 1, width)}
        self.fixed = None
        if settings["positions"] == "sincos":
            self.fixed = sines_and_cosines(grid, width, prefix)
        else:
            self.shapes["pos_embed"] = (1, prefix + grid**2, width)
        self.layer("patch_embed.proj", width, 3, patch, patch)
        for block in (f"blocks.{i}." for i in range(depth)):
            self.layer(block + "norm1", width)
            self.layer(block + "attn.qkv", 3 * width, width)
            self.layer(block + "attn.proj", width, width)
            self.layer(block + "norm2", width)
            self.layer(block + "mlp.fc1", mlp, width)
            self.layer(block + "mlp.fc2", width, mlp)
        self.layer("norm", width)
        self.layer("head", outputs, width)

    def layer(self, name, *shape):
        self.shapes |= {name + ".weight": shape, name + ".bias": shape[:1]}

    def logits(self, p, x, dropping=None):
        def linear(x, name):
            return F.linear(x, p[name + ".weight"], p[name + ".bias"])

        def norm(x, name):
            return F.layer_norm(x, x.shape[-1:], p[name + ".weight"], p[name + ".bias"], self.epsilon)

        def kept(branch, number):
            path = self.path * (number // 2) / max(self.depth - 1, 1)
            return dropping.branch(branch, number, self.dropout, path) if dropping else branch

        x = F.conv2d(x, p["patch_embed.proj.weight"], p["patch_embed.proj.bias"], stride=self.patch)
        x = x.flatten(2).transpose(1, 2)
        if not self.reads_mean:
            x = torch.cat([p["cls_token"].expand(len(x), -1, -1), x], 1)
        x = x + (p["pos_embed"] if self.fixed is None else self.fixed.to(x.device))
        n, t, d = x.shape
        for i in range(self.depth):
            block = f"blocks.{i}."
            qkv = linear(norm(x, block + "norm1"), block + "attn.qkv")
            q, k, v = qkv.view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
            seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, d)
            x = x + kept(linear(seen, block + "attn.proj"), 2 * i)
            hidden = F.gelu(linear(norm(x, block + "norm2"), block + "mlp.fc1"))
            x = x + kept(linear(hidden, block + "mlp.fc2"), 2 * i + 1)
        x = norm(x, "norm")
        return linear(x.mean(1) if self.reads_mean else x[:, 0], "head")


def sines_and_cosines(grid, width, prefix):
    """Fixed positions [1, prefix + grid², width] (Chen, Xie & He 2021): column, then row; zeros before them."""
    frequencies = 10_000 ** -(torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    places = torch.arange(grid**2)[:, None]
    rows, columns = places // grid * frequencies, places % grid * frequencies
    values = torch.cat([columns.sin(), columns.cos(), rows.sin(), rows.cos()], 1).float()
    return torch.cat([torch.zeros(prefix, width), values])[None]
