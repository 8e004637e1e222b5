# The neural feature ansatz, NFM ∝ AGOP^α, on the demo's data and source: in the source network, and in networks
# before and after training from several initialisations, each compared with its three nulls.
include pipelines/initialisers.mk

methods := kaiming-normal kaiming-nfm kaiming-agop
seeds := 1
ansatz_options := --count 256
