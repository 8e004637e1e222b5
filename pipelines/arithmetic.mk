# Does the different rounding of Winograd's arithmetic change the result of training? Every run is done twice.
include pipelines/initialisers.mk

methods := kaiming-normal
seeds := 1 2 3 4 5
variants := plain direct
train_direct := --convolution direct
undefine source_dataset
undefine source_seeds
