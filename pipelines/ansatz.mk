# The neural feature ansatz, NFM ∝ AGOP^α, on the demo's data: in the source network, and in networks before and
# after training from several initialisations, each beside its three nulls.
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
methods := kaiming-normal kaiming-nfm kaiming-agop
seeds := 1

source_dataset := fashion-mnist
source_seeds := 1
network_options := --architecture vgg11@0.5
source_options := --epochs 4 --subset 20000 --learning-rate 0.01 --test-subset 2000
agop_options := --count 256

train_options := --epochs 5 --subset 6000 --learning-rate 0.01 --test-subset 2000
ansatz_options := --count 256
