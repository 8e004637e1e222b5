# ImageNet's features in colour: VGG11 on CIFAR-10, drawn from a pretrained VGG16 and carried over. One source, ten draws.
# WIDTH=1 is the paper's network. first-six draws the last two convolutions, whose features are specific to the source's
# task, by Kaiming's initialiser; he rescales copied filters, whose source reads pixels of 0 to 255, to He's size.
include pipelines/demo.mk
RATES ?= 0.001 0.003 0.01
include pipelines/include/rates.mk

WIDTH ?= 0.25
datasets := cifar-10
source_dataset := cifar-10
PRETRAINED ?= vgg16-397923af.pth
pretrained := $(PRETRAINED)
extract_options := --side 32
source_per_seed :=
source_seeds := 1
network_options := --architecture vgg11@$(WIDTH) --hidden 512,512 --pooled 1 --dropout 0.5
data_packages :=

methods := kaiming-normal lsuv kaiming-nfm-aligned kaiming-agop-aligned untrained-aligned copy-aligned
$(foreach rate,$(RATES),$(eval methods_$(rate) := $(filter-out copy-%,$(methods))))
define ARMS
variants += he-$1 first-six-$1
methods_he-$1 := copy-aligned
init_he-$1 := --scale fan-in
train_he-$1 := $(train_$1)
methods_first-six-$1 := kaiming-nfm-aligned kaiming-agop-aligned untrained-aligned
init_first-six-$1 := --layers 1-6
train_first-six-$1 := $(train_$1)
endef
$(foreach rate,$(RATES),$(eval $(call ARMS,$(rate))))
report_options += --by init_layers
