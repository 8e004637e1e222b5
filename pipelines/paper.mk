# The paper's table with its conventions: 224×224, 1000 outputs, torchvision's head, lr 0.001, 20 epochs; and beside its
# seven methods the same draws carried over to the new network's channels, with their control (docs/alignment.md).
# The validation images are a plain random split, as the authors' are: no --stratify. This needs the paper's downloads
# and a cluster.
datasets := svhn cifar-10 cifar-100 tiny-imagenet
methods := normal xavier-normal kaiming-uniform kaiming-normal agop nfm kaiming-nfm \
  agop-aligned nfm-aligned kaiming-nfm-aligned untrained-aligned
seeds := 42 43 44

pretrained := vgg11.tv_in1k.safetensors
extract_options := --side 224
source_dataset := tiny-imagenet
source_seeds := 1
nfm_options := --convention paper
agop_options := --convention paper

network_options := --architecture vgg11 --hidden 4096,4096 --pooled 7
# Alignment uses images of the same side as training.
init_options := --convention paper --side 224
train_options := --side 224 --epochs 20 --learning-rate 0.001
