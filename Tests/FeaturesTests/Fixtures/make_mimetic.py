"""Products of attention as Trockman and Kolter (2023) start them, by NumPy from the same random words: mimetic.json.

Philox 4×32-10 and Box and Muller's method are written out here, so that Z is that of the seed, block and head.

    python3 make_mimetic.py > mimetic.json
"""
import json

import numpy as np

WORD = (1 << 32) - 1


def philox(counter, key):
    (a, b, c, d), (k, l) = counter, key
    for _ in range(10):
        p, q = a * 0xD2511F53, c * 0xCD9E8D57
        a, b, c, d = (q >> 32) ^ b ^ k, q & WORD, (p >> 32) ^ d ^ l, p & WORD
        k, l = (k + 0x9E3779B9) & WORD, (l + 0xBB67AE85) & WORD
    return a, b, c, d


def box_muller(a, b):
    radius = np.sqrt(-2 * np.log(((a >> 8) + 1) * 2.0**-24))
    angle = (((b << 2 & WORD) >> 8) * 2.0**-24 - 0.5) * np.pi / 2 + (b >> 30) * np.pi / 2
    return radius * np.cos(angle), radius * np.sin(angle)


def normals(seed, index, count):
    """Sixteen blocks at a time: their first numbers, their second ones, ..."""
    values, first = [], 0
    while len(values) < count:
        blocks = [philox((first + i, 0, 2, index), (seed & WORD, seed >> 32)) for i in range(16)]
        drawn = [box_muller(x, y) + box_muller(z, w) for x, y, z, w in blocks]
        values += [block[i] for i in range(4) for block in drawn]
        first += 16
    return np.array(values[:count])


def product(circuit, block, head, noise, identity):
    index = (1 << 21) + ((block << 8) + head) * 4 + circuit
    z = normals(SEED, index, D * D).reshape(D, D)
    return noise * z / np.sqrt(D) + identity * np.eye(D)


def rounded(values):
    return np.round(values, 8).ravel().tolist()


SEED, D, HEADS, BLOCK = 5, 12, 3, 1
scores = []
for head in range(HEADS):
    u, s, vt = np.linalg.svd(product(0, BLOCK, head, 0.7, 0.7))
    h = D // HEADS
    scores.append({"singular": rounded(s[:h]), "product": rounded(u[:, :h] * s[:h] @ vt[:h])})
values = product(1, BLOCK, 0, 0.4, -0.4)
print(json.dumps({"scores": scores, "values": {
    "singular": rounded(np.linalg.svd(values, compute_uv=False)), "product": rounded(values)}}))
