# Every control and baseline, all at He's mean weight variance: how much of a method's effect is due to its
# covariance, and how much to the size, the spectrum, or the source's filters themselves?
include pipelines/include/replicated.mk

methods := kaiming-normal kaiming-nfm kaiming-agop copy permuted spectrum spatial patches orthogonal lsuv torch
