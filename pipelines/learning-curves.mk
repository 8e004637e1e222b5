# When does a gain end? The runs have 400, 3,200 and 38,400 training images for 20, 20 and 2 epochs, and record the
# accuracy after every epoch. Each method has its own learning rate.
include pipelines/demo.mk

RATES ?= 0.003 0.01
methods := kaiming-normal kaiming-nfm-aligned copy
train_options := --test-subset 2000 --stratify
variants :=
define IMAGES
variants += $1-$2
train_$1-$2 := --subset $1 --epochs $3 --learning-rate $2
endef
$(foreach rate,$(RATES),$(eval $(call IMAGES,500,$(rate),20)) $(eval $(call IMAGES,4000,$(rate),20)) \
  $(eval $(call IMAGES,48000,$(rate),2)))
report_options := --tune learning_rate --by subset
