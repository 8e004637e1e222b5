# Is a method behind for want of its own learning rate? Each method under four rates; the table compares methods at
# the rate with the best validation accuracy of each.
include pipelines/include/replicated.mk

methods := kaiming-normal default nfm agop kaiming-nfm kaiming-agop
variants := 0.003 0.01 0.03 0.1
$(foreach rate,$(variants),$(eval train_$(rate) := --learning-rate $(rate)))
train_options := --epochs 5 --subset 4000 --test-subset 2000
report_options := --tune learning_rate
