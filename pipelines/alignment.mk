# Every arm of alignment at its own learning rate, chosen on validation images. The arms go from a copy of the source's
# filters, where only the channels have to be matched, over shuffled and rotated filters to draws from the covariance.
include pipelines/demo.mk
RATES := 0.003 0.01 0.03
include pipelines/include/rates.mk

methods := kaiming-normal lsuv kaiming-nfm kaiming-agop kaiming-nfm-aligned kaiming-agop-aligned untrained-aligned \
  copy permuted permuted-aligned rotated rotated-aligned
