"""Writes scipy_reference.json: reference values from SciPy for Tests/StudiesTests.

python3 scipy_reference.py > scipy_reference.json   (SciPy 1.17.1, NumPy)
"""
import itertools
import json
import numpy as np
from scipy import stats

random = np.random.default_rng(20240601)


def numbers(values):
    return [float(value) for value in values]


samples = [[0.5, 0.75], [1, 1, 1], numbers(random.normal(0.8, 0.02, 5)),
           numbers(random.normal(0.8, 0.02, 15)), numbers(random.normal(-3, 100, 40)),
           [1e-9, 2e-9, 4e-9], [0.1, 0.1, 0.1, 0.9]]
intervals = []
for sample in samples:
    for confidence in (0.9, 0.95, 0.99):
        n, error = len(sample), stats.sem(sample)
        low, high = (stats.t.interval(confidence, n - 1, np.mean(sample), error)
                     if error > 0 else (np.mean(sample),) * 2)
        intervals.append({"sample": sample, "confidence": confidence, "low": float(low),
                          "high": float(high), "mean": float(np.mean(sample)),
                          "median": float(np.median(sample)),
                          "deviation": float(np.std(sample, ddof=1))})

distribution = [{"df": df, "t": t, "twoSidedP": float(2 * stats.t.sf(t, df))}
                for df in (1, 2, 2.5, 4, 9, 30, 200, 10000)
                for t in (0, 1e-6, 0.1, 1, 2, 4.3, 12.7, 60)]
critical = [{"df": df, "confidence": c, "t": float(stats.t.ppf((1 + c) / 2, df))}
            for df in (1, 2, 3, 4.5, 14, 99, 1e6) for c in (0.5, 0.9, 0.95, 0.99, 0.9999)]

paired = []
for n in (2, 3, 5, 8, 12, 20):
    a, b = random.normal(0.8, 0.03, n), random.normal(0.78, 0.03, n)
    test = stats.ttest_rel(a, b)
    interval = test.confidence_interval(0.95)
    flips = stats.permutation_test((a, b), lambda x, y: np.mean(x - y),
                                   permutation_type="samples", n_resamples=np.inf) \
        if n <= 12 else None
    paired.append({"a": numbers(a), "b": numbers(b), "t": float(test.statistic),
                   "p": float(test.pvalue), "low": float(interval.low),
                   "high": float(interval.high),
                   "permutationP": float(flips.pvalue) if flips else None})

# Ties and zeros: equal sums must be counted as equal whatever the order of adding.
ties = [[0.1, 0.2, 0.3], [0.1, -0.1], [0, 0, 0], [0, 0.5], [1, 1, 1, 1, -1], [0.3, 0.1, 0.1, 0.1],
        numbers(np.round(random.normal(0.01, 0.02, 10), 2))]
flipped = [{"differences": d, "p": float(stats.permutation_test(
    (np.array(d),), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue)}
    for d in ties]

# 22 differences: beyond exact counting there, counted exactly here.
many = random.normal(0.4, 1, 22)
sums = np.zeros(1)
for value in many:
    sums = np.concatenate([sums + value, sums - value])
large = {"differences": numbers(many),
         "p": float(np.mean(np.abs(sums) >= abs(many.sum()) - 1e-9))}

# Sources and seeds crossed: the pigeonhole bootstrap, written with arrays.
source_effect, seed_effect = random.normal(0, 0.03, 4), random.normal(0, 0.02, 6)
table = 0.7 + source_effect[:, None] + seed_effect + random.normal(0, 0.01, (4, 6))
resamples = 400_000
means = np.empty(resamples)
for start in range(0, resamples, 20_000):
    rows = random.integers(0, 4, (20_000, 4))
    columns = random.integers(0, 6, (20_000, 6))
    means[start:start + 20_000] = table[rows[:, :, None], columns[:, None, :]].mean((1, 2))
crossed = {"table": [numbers(row) for row in table],
           "low": float(np.quantile(means, 0.025)), "high": float(np.quantile(means, 0.975))}
one = numbers(random.normal(0, 1, 12))
bootstrap = stats.bootstrap((one,), np.mean, method="percentile", n_resamples=200_000, rng=random)
single = {"sample": one, "low": float(bootstrap.confidence_interval.low),
          "high": float(bootstrap.confidence_interval.high)}

# Holm by its definition as a closed procedure: the largest Bonferroni p over all subsets.
p = numbers(random.uniform(0, 0.2, 7)) + [0.03, 0.03]
adjusted = [max(min(1, min(p[j] for j in subset) * len(subset))
                for size in range(1, len(p) + 1)
                for subset in itertools.combinations(range(len(p)), size) if i in subset)
            for i in range(len(p))]

print(json.dumps({"intervals": intervals, "distribution": distribution, "critical": critical,
                  "paired": paired, "flipped": flipped, "large": large, "crossed": crossed,
                  "single": single, "holm": {"p": p, "adjusted": adjusted}}, indent=1))
