# How large should a draw be, and is its size the reason for the gain? Three draws at four sizes, each at its own learning
# rate: isotropic (kaiming-nfm with --shrink 1, which keeps nothing of its source), and carried over from a source before
# and after its training. kaiming-normal is the isotropic draw at He's size.
include pipelines/demo.mk
RATES := 0.001 0.003 0.01
include pipelines/include/rates.mk

methods := kaiming-normal kaiming-nfm untrained-aligned kaiming-nfm-aligned
# Variants are a size and a rate: trace-0.003, and isotropic-trace-0.003.
$(foreach rate,$(RATES),$(eval methods_$(rate) := kaiming-normal untrained-aligned kaiming-nfm-aligned))
define SIZE
variants += $1-$2 isotropic-$1-$2
methods_$1-$2 := untrained-aligned kaiming-nfm-aligned
methods_isotropic-$1-$2 := kaiming-nfm
init_$1-$2 := --scale $1
init_isotropic-$1-$2 := --shrink 1 --scale $1
train_$1-$2 := $(train_$2)
train_isotropic-$1-$2 := $(train_$2)
endef
$(foreach rate,$(RATES),$(foreach size,trace output balanced,$(eval $(call SIZE,$(size),$(rate)))))
report_options += --by init_scale --by init_shrink
