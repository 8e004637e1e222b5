"""The random numbers of `train`, and what it draws from them: the streams of Sources/Tensors/Random, by PyTorch.

A stream is told by seed, purpose and index (a step, an epoch, a layer), so that every number can be computed alone, on
the processor or on the GPU, and a run that goes on after an interruption needs no state.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

SPLIT, SHUFFLE, DROPOUT, AUGMENTATION, MIXING = 1, 3, 4, 5, 9
TRAINING_CHOICE, TEST_CHOICE = 1, 2
MASK = 0xFFFFFFFF


def philox(blocks, seed, purpose, index):
    """Philox 4×32-10 (Salmon et al. 2011): blocks [...] → words [..., 4] in 0..<2³², all int64."""
    x, y, z, w = blocks & MASK, 0, torch.full_like(blocks, purpose), index & MASK
    k0, k1 = seed & MASK, seed >> 32
    for _ in range(10):
        p, q = x * 0xD2511F53, z * 0xCD9E8D57  # modulo 2⁶⁴; the mask undoes the sign
        x, y, z, w = (q >> 32) & MASK ^ y ^ k0, q & MASK, (p >> 32) & MASK ^ w ^ k1, p & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return torch.stack([x, y, z, w], -1)


def uniforms(starts, count, seed, purpose, index):
    """U[0, 1) of 24 bits from each of the blocks `starts` on: [len(starts), count], sixteen blocks side by side."""
    chunks = -(-count // 64)
    words = philox(starts[:, None] + torch.arange(16 * chunks, device=starts.device), seed, purpose, index)
    words = words.view(len(starts), chunks, 16, 4).transpose(2, 3).reshape(len(starts), -1)[:, :count]
    return (words >> 8).float() * 2**-24


class Words:
    """The words of a stream, one after another."""

    def __init__(self, seed, purpose, index=0):
        self.stream, self.position, self.first, self.words = (seed, purpose, index), 0, 0, []

    def next(self):
        if not self.first <= self.position < self.first + len(self.words):
            self.first = self.position // 4 * 4
            blocks = torch.arange(self.first // 4, self.first // 4 + 256)
            self.words = philox(blocks, *self.stream).flatten().tolist()
        self.position += 1
        return self.words[self.position - 1 - self.first]

    def below(self, bound):
        """Uniform in 0..<bound, without bias (Lemire 2019)."""
        product = self.next() * bound
        while product & MASK < 2**32 % bound:
            product = self.next() * bound
        return product >> 32

    def permutation(self, count):
        """Fisher–Yates."""
        order = list(range(count))
        for i in range(count - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order

    def is_positive(self):
        """A sign: +1 with probability ½."""
        return self.next() >> 31 == 0

    def normal(self):
        """N(0, 1) from the next block on (Box & Muller 1958); sixteen blocks are passed over."""
        self.position = (self.position + 3) // 4 * 4
        a, b = self.next(), self.next()
        self.position += 62
        angle = (b >> 30) + ((b << 2 & MASK) >> 8) * 2**-24 - 0.5
        return math.sqrt(-2 * math.log(((a >> 8) + 1) * 2**-24)) * math.cos(math.pi / 2 * angle)

    def positive_uniform(self):
        """Uniform in (0, 1], 53 bits."""
        return (((self.next() << 32 | self.next()) >> 11) + 1) * 2**-53

    def log_gamma(self, shape):
        """ln of a draw from Gamma(shape, 1) (Marsaglia & Tsang 2000)."""
        if shape < 1:
            return self.log_gamma(shape + 1) + math.log(self.positive_uniform()) / shape
        d = shape - 1 / 3
        while True:
            x = self.normal()
            root = 1 + x / math.sqrt(9 * d)
            if root > 0 and math.log(self.positive_uniform()) < x * x / 2 + d * (1 - root**3 + 3 * math.log(root)):
                return math.log(d) + 3 * math.log(root)

    def beta(self, alpha):
        """Beta(α, α)."""
        first, second = self.log_gamma(alpha), self.log_gamma(alpha)
        return 1 / (1 + math.exp(min(second - first, 700)))


def choose(count, pixels, labels, purpose):
    """Indices of `count` images, balanced over classes: by round, within a round by the digest of pixels and label."""
    golden = np.uint64(0x9E3779B97F4A7C15)

    def finalised(z):
        z = np.asarray(z, np.uint64) + golden
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return z ^ z >> np.uint64(31)

    size = pixels[0].size
    flat = np.pad(pixels.reshape(len(pixels), size), [(0, 0), (0, -size % 8)])
    with np.errstate(over="ignore"):
        digest = finalised(finalised(purpose) ^ finalised(np.uint64(size) + labels.astype(np.uint64) * golden))
        for word in flat.view("<u8").T:
            digest = (digest ^ word) * golden
            digest ^= digest >> np.uint64(29)
        digest = finalised(digest)
    ascending = np.argsort(digest, kind="stable")
    rounds = np.empty(len(labels), int)
    for label in np.unique(labels):
        mine = labels[ascending] == label
        rounds[mine] = np.arange(mine.sum())
    return ascending[np.argsort(rounds, kind="stable")][:count]


def split(chosen, labels, held, stratified, seed):
    """(training, validation): indices of the chosen images, `held` of which validate."""
    order = chosen[Words(seed, SPLIT).permutation(len(chosen))]
    if not stratified:
        return order[held:], order[:held]
    names, counts = np.unique(labels[chosen], return_counts=True)
    quotas, rest = counts * held // len(chosen), counts * held % len(chosen)
    for largest in np.argsort(-rest, kind="stable")[:held - quotas.sum()]:
        quotas[largest] += 1
    validates = np.zeros(len(order), bool)
    for name, quota in zip(names, quotas):
        validates[np.flatnonzero(labels[order] == name)[:quota]] = True
    return order[~validates], order[validates]


def augmented(images, names, seed, step):
    """uint8 [N, H, W, C] → each image's window moved by up to 4 pixels (`crop`), or mirrored (`flip`)."""
    words, (height, width) = Words(seed, AUGMENTATION, step), images.shape[1:3]
    draws = [(words.below(9), words.below(9), not words.is_positive()) for _ in images]
    down, right, mirrored = torch.tensor(draws, device=images.device).T[:, :, None]
    if "crop" not in names:
        down, right = torch.full_like(down, 4), torch.full_like(right, 4)
    rows, columns = (torch.arange(n, device=images.device)[None] for n in (height, width))
    if "flip" in names:
        columns = torch.where(mirrored > 0, width - 1 - columns, columns)
    each = torch.arange(len(images), device=images.device)[:, None, None]
    return F.pad(images, (0, 0, 4, 4, 4, 4))[each, (rows + down)[:, :, None], (columns + right)[:, None]]


def mixed(x, mixup, cutmix, seed, step):
    """Batch [N, C, side, side] → the batch mixed with its neighbours, and the share of each image's own label."""
    words, side, neighbours = Words(seed, MIXING, step), x.shape[2], x.roll(1, 0)
    cuts = words.is_positive()
    if not cutmix or mixup and not cuts:
        share = words.beta(mixup)
        return x * share + neighbours * (1 - share), share
    share = words.beta(cutmix)
    half, row, column = int(0.5 * math.sqrt(1 - share) * side), words.below(side), words.below(side)
    rows, columns = (slice(max(0, c - half), min(side, c + half)) for c in (row, column))
    x = x.clone()
    x[:, :, rows, columns] = neighbours[:, :, rows, columns]
    return x, 1 - (rows.stop - rows.start) * (columns.stop - columns.start) / side**2


class Dropping:
    """What one step drops: units of a head, values and whole branches of a transformer's blocks."""

    def __init__(self, seed, step):
        self.seed, self.step = seed, step

    def units(self, x, layer, p):
        """Hidden layer number `layer` of a head: x [N, units]."""
        if p == 0:
            return x
        start = torch.zeros(1, dtype=torch.int64, device=x.device)
        draws = uniforms(start, x.numel(), self.seed, DROPOUT, self.step * 8 + layer).view_as(x)
        return x * (draws >= p) / (1 - p)

    def branch(self, x, number, p, path):
        """Branch `number` of a transformer, two a block: x [N, T, d]; `path` is the probability that all of it goes."""
        images, index = torch.arange(len(x), device=x.device), self.step * 256 + 2 * number
        if path > 0:
            draws = (philox(images, self.seed, DROPOUT, index + 1)[:, 0] >> 8).float() * 2**-24
            x = x * (draws >= path)[:, None, None] / (1 - path)
        if p > 0:
            count = x[0].numel()
            draws = uniforms(images * (-(-count // 4)), count, self.seed, DROPOUT, index).view_as(x)
            x = x * (draws >= p) / (1 - p)
        return x
