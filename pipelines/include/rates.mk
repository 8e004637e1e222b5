# Every method at its own learning rate: the one of RATES with the best accuracy on validation images.
RATES ?= 0.003 0.01
variants := $(RATES)
$(foreach rate,$(RATES),$(eval train_$(rate) := --learning-rate $(rate)))
train_options := --epochs 5 --subset 4000 --test-subset 2000 --stratify
report_options := --tune learning_rate
