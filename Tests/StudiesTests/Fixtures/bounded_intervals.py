"""Writes bounded_intervals.json: intervals for accuracies and their differences, for Tests/StudiesTests.

python3 bounded_intervals.py > bounded_intervals.json   (SciPy 1.17.1, NumPy)

python3 bounded_intervals.py coverage prints how often nominal 95 % intervals hold the mean of n runs: Student's t,
and t on the logit scale (docs/studies.md).
"""
import json
import sys
import numpy as np
from scipy import stats
from scipy.differentiate import derivative
from scipy.special import expit, logit


def share_interval(sample, confidence):
    """t around the mean's logit; the standard error times the slope of logit, found numerically."""
    mean = np.mean(sample)
    slope = derivative(logit, mean, initial_step=0.1 * min(mean, 1 - mean)).df
    return expit(stats.t.interval(confidence, len(sample) - 1, logit(mean), stats.sem(sample) * slope))


if sys.argv[1:] == ["coverage"]:
    random = np.random.default_rng(1)
    for a, b in ((76, 24), (95, 5), (99, 1), (8, 2), (0.5, 0.5)):
        for n in (3, 5):
            values = np.clip(random.beta(a, b, (100_000, n)), 1e-9, 1 - 1e-9)
            mean, truth = values.mean(1), a / (a + b)
            half = stats.t.ppf(0.975, n - 1) * stats.sem(values, axis=1)
            reach = half / (mean * (1 - mean))
            plain = np.abs(mean - truth) <= half
            outside = (mean - half < 0) | (mean + half > 1)
            bounded = np.abs(logit(mean) - logit(truth)) <= reach
            print(f"Beta({a}, {b}), n = {n}: t {plain.mean():.3f}, {outside.mean():.2f} of them leave "
                  f"[0, 1]; logit {bounded.mean():.3f}")
    sys.exit()

shares = [[0.95, 0.13, 0.476], [0.81, 0.82, 0.83], [0.99, 0.999, 1.0], [0.0, 0.0, 0.3],
          [0.7412, 0.7612, 0.7598, 0.7501, 0.7733], [0.1, 0.9], [0.0009765625, 0.002, 0.0015, 0.001]]
differences = [[0.9, -0.7, 0.3], [-0.95, -0.5, -0.9], [0.02, 0.01, 0.03, 0.025, 0.018], [0.5, -0.5]]
print(json.dumps({
    "shares": [{"sample": sample, "confidence": c, "low": float(low), "high": float(high)}
               for sample in shares for c in (0.9, 0.95) for low, high in [share_interval(sample, c)]],
    "differences": [{"sample": sample, "confidence": c, "low": float(np.clip(ci.low, -1, 1)),
                     "high": float(np.clip(ci.high, -1, 1))}
                    for sample in differences for c in (0.9, 0.95)
                    for ci in [stats.ttest_1samp(sample, 0).confidence_interval(c)]]}, indent=1))
