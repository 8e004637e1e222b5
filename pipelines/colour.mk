# ImageNet's features in colour: VGG11 on CIFAR-10, drawn from a pretrained VGG16. One source, ten draws. WIDTH=1 is the
# paper's network; first-six leaves the last two convolutions, whose features are the source task's own, to Kaiming.
include pipelines/demo.mk
include pipelines/include/rates.mk

WIDTH ?= 0.25
datasets := cifar-10
source_dataset := cifar-10
PRETRAINED ?= vgg16-397923af.pth
pretrained := $(PRETRAINED)
extract_options := --side 32
source_per_seed :=
source_seeds := 1
network_options := --architecture vgg11@$(WIDTH) --hidden 512,512 --pooled 1
data_packages :=

methods := kaiming-normal kaiming-nfm kaiming-agop kaiming-nfm-aligned kaiming-agop-aligned untrained-aligned copy-aligned
define FIRST_SIX
variants += first-six-$1
methods_first-six-$1 := kaiming-nfm-aligned copy-aligned
init_first-six-$1 := --layers 1-6
train_first-six-$1 := $(train_$1)
endef
$(foreach rate,$(RATES),$(eval $(call FIRST_SIX,$(rate))))
report_options += --by init_layers
