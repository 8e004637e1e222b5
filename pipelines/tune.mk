# Is a method behind for want of its own learning rate? Each method under four rates on the demo's data; the
# table compares methods at the rate with the best validation accuracy of each.
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
methods := kaiming-normal xavier-normal default nfm agop kaiming-nfm kaiming-agop
seeds := 1 2 3

source_dataset := fashion-mnist
source_seeds := 1
network_options := --architecture vgg11@0.5
source_options := --epochs 4 --subset 20000 --learning-rate 0.01 --test-subset 2000
agop_options := --count 256

variants := 0.003 0.01 0.03 0.1
$(foreach rate,$(variants),$(eval train_$(rate) := --learning-rate $(rate)))
train_options := --epochs 5 --subset 6000 --test-subset 2000
report_options := --tune learning_rate
