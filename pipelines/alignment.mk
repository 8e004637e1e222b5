# Every arm of alignment at its own learning rate, chosen on validation images: from a copy of the source's filters, whose
# channels only have to be found again, through filters that are shuffled or rotated to those drawn from the covariance.
include pipelines/demo.mk

methods := kaiming-normal lsuv kaiming-nfm kaiming-agop kaiming-nfm-aligned kaiming-agop-aligned untrained-aligned \
  copy permuted permuted-aligned rotated rotated-aligned
variants := 0.003 0.01 0.03
$(foreach rate,$(variants),$(eval train_$(rate) := --learning-rate $(rate)))
train_options := --epochs 5 --subset 4000 --test-subset 2000 --stratify
report_options := --tune learning_rate
