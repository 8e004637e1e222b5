"""Writes verdicts.json: reference values from SciPy for Tests/StudiesTests/Statistics/VerdictTests.swift.

python3 verdicts.py > verdicts.json   (SciPy 1.17.1, NumPy)
"""
import json
import numpy as np
from scipy import integrate, special, stats

random = np.random.default_rng(20261128)


def numbers(values):
    return [float(value) for value in values]


def one_sided(differences):
    """P(mean >= observed mean) over all sign patterns."""
    return float(stats.permutation_test(
        (np.array(differences),), np.mean, permutation_type="samples", n_resamples=np.inf,
        alternative="greater").pvalue)


# Two one-sided tests of differences shifted by the margin.
samples = [numbers(random.normal(0.002, 0.006, 10)), numbers(random.normal(0, 0.01, 6)),
           numbers(random.normal(-0.012, 0.004, 12)), [0.004, -0.002, 0.001, -0.75, 0.003, 0.002],
           numbers(0.003 * random.standard_t(2, 10)), [0.01, 0.01, 0.02]]
equivalence = []
for sample in samples:
    for margin in (0.005, 0.01, 0.03):
        shifted = np.array(sample) + margin, margin - np.array(sample)
        t = max(float(stats.ttest_1samp(s, 0, alternative="greater").pvalue) for s in shifted)
        equivalence.append({"differences": sample, "margin": margin,
                            "p": max(one_sided(s) for s in shifted), "tTestP": t})

# Clopper and Pearson; half successes by the quantiles of Beta distributions.
binomial = []
for successes, trials in ((0, 1), (1, 1), (3, 5), (10, 10), (9, 10), (0, 10), (17, 40)):
    interval = stats.binomtest(successes, trials).proportion_ci(0.95, method="exact")
    binomial.append({"successes": successes, "trials": trials, "low": float(interval.low),
                     "high": float(interval.high)})
for successes, trials in ((0.5, 3), (7.5, 10)):
    binomial.append({"successes": successes, "trials": trials,
                     "low": float(stats.beta.ppf(0.025, successes, trials - successes + 1)),
                     "high": float(stats.beta.ppf(0.975, successes + 1, trials - successes))})

middle = [{"sample": sample, "mean": float(stats.trim_mean(sample, 0.25))}
          for sample in (numbers(random.normal(0.8, 0.02, n)) for n in range(1, 14))]


def hardest(n, deviation, margin, level, low=0, high=1):
    """The least P(a difference or equivalence is shown) by t tests, over true differences from low to
    high; the measured deviation is integrated over."""
    error = deviation / np.sqrt(n)
    two, one = stats.t.ppf(1 - level / 2, n - 1), stats.t.ppf(1 - level, n - 1)
    chi = stats.chi(n - 1, scale=1 / np.sqrt(n - 1))
    truth = np.linspace(low, min(high, max(low, 1.5 * margin)), 301)[:, None]

    def decided(ratio):
        far = two * ratio * error
        near = np.minimum(np.maximum(0, margin - one * ratio * error), far)
        shown = special.ndtr((truth - far) / error) + special.ndtr((-far - truth) / error)
        equal = special.ndtr((near - truth) / error) - special.ndtr((-near - truth) / error)
        return (shown + equal) * chi.pdf(ratio)

    return float(np.min(integrate.fixed_quad(decided, chi.ppf(1e-13), chi.isf(1e-13), n=400)[0]))


powers = [{"n": n, "deviation": deviation, "margin": 0.01, "level": level,
           "power": hardest(n, deviation, 0.01, level)}
          for n, deviation, level in ((6, 0.007, 0.05), (10, 0.01, 0.05), (20, 0.0125, 0.05 / 3),
                                      (12, 0.006, 0.05 / 9), (60, 0.02, 0.05), (60, 0.03, 0.05))]
pairs = []
for deviation, margin, level, low, high in (
        (0.003, 0.01, 0.05, 0, 1), (0.006, 0.01, 0.05 / 9, 0, 1), (0.01, 0.01, 0.05, 0, 1),
        (0.035, 0.01, 0.05, 0, 1), (0.012, 0.02, 0.05 / 3, 0, 1), (0, 0.01, 0.05 / 9, 0, 1),
        (0.077, 0.01, 0.05 / 11, 0.031, 0.41), (0.03, 0.01, 0.05, 0, 0.002)):
    n = next(n for n in range(2, 999) if 2.0 ** (1 - n) <= level)
    while deviation > 0 and hardest(n, deviation, margin, level, low, high) < 0.8:
        n += 1
    pairs.append({"deviation": deviation, "margin": margin, "level": level, "low": low,
                  "high": high, "pairs": n})

# Components of variance: sums of squares as what a linear model explains beyond a smaller one.
source, seed = np.repeat(np.arange(3), 5), np.tile(np.arange(5), 3)
values = 0.7 + random.normal(0, 0.03, 3)[source] + random.normal(0, 0.01, 5)[seed] \
    + random.normal(0, 0.01, 15)


def residual(*factors):
    columns = [np.ones(15)] + [(factor == level).astype(float) for factor in factors
                               for level in np.unique(factor)]
    design = np.column_stack(columns)
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(np.sum((values - fitted) ** 2))


rest = residual(source, seed) / 8
by_source = (residual(seed) - residual(source, seed)) / 2
by_seed = (residual(source) - residual(source, seed)) / 4
components = {"source": [int(level) for level in source], "seed": [int(level) for level in seed],
              "values": numbers(values),
              "deviations": numbers(np.sqrt([max(0, by_source - rest) / 5,
                                             max(0, by_seed - rest) / 3, rest]))}

print(json.dumps({"equivalence": equivalence, "binomial": binomial, "middle": middle,
                  "powers": powers, "pairs": pairs, "components": components}, indent=1))
