# Is a method behind for want of its own learning rate? Each method under three rates; the table compares methods at
# the rate with the best validation accuracy of each.
include pipelines/include/replicated.mk

methods := kaiming-normal nfm agop kaiming-nfm kaiming-agop
variants := 0.003 0.01 0.03
$(foreach rate,$(variants),$(eval train_$(rate) := --learning-rate $(rate)))
train_options := --epochs 5 --subset 4000 --test-subset 2000 --stratify
report_options := --tune learning_rate
