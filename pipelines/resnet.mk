# Residual networks with batch normalisation: does the size of a draw still matter, and does what a source has learned help? Ten pairs
# of a source and a run, as in demo, each method at the better of two learning rates.
include pipelines/demo.mk

RATES := 0.02 0.1
network_options := --architecture resnet20
source_options := --epochs 3 --subset 20000 --learning-rate 0.1 --schedule cosine --test-subset 2000 --stratify
train_options := --epochs 4 --subset 4000 --schedule cosine --test-subset 2000 --stratify

methods := kaiming-normal kaiming-nfm kaiming-agop copy kaiming-nfm-aligned kaiming-agop-aligned untrained-aligned
# A rate, and draws of other sizes than He's: the NFM at trace 1 and at the source's size, and an isotropic draw at trace 1.
define RATE
variants += $1 trace-$1 source-$1 isotropic-$1
train_$1 := --learning-rate $1
$(foreach size,trace source isotropic,$(eval methods_$(size)-$1 := kaiming-nfm) $(eval train_$(size)-$1 := --learning-rate $1))
init_trace-$1 := --scale trace
init_source-$1 := --scale source
init_isotropic-$1 := --scale trace --shrink 1
endef
variants :=
$(foreach rate,$(RATES),$(eval $(call RATE,$(rate))))
report_options := --tune learning_rate --by init_scale --by init_shrink
