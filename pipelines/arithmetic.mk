# Does it matter for how a training ends that Winograd's arithmetic rounds otherwise? Every run twice.
include pipelines/initialisers.mk

methods := kaiming-normal
seeds := 1 2 3 4 5
variants := plain direct
train_direct := --convolution direct
undefine source_dataset
undefine source_seeds
