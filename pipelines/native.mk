# The paper's four data sets and seven methods, with `uniform`, `kaiming-agop`, aligned draws and their control, at the
# images' own size.
# Features come from torchvision's VGG11. This needs the paper's downloads, and about ten days on 2 cores.
datasets := svhn cifar-10 cifar-100 tiny-imagenet
methods := normal uniform xavier-normal kaiming-uniform kaiming-normal agop nfm kaiming-agop kaiming-nfm \
  agop-aligned nfm-aligned kaiming-agop-aligned kaiming-nfm-aligned untrained-aligned
seeds := 1 2 3

# ImageNet itself is not available without registration, so gradients are taken on Tiny-ImageNet's images,
# resized to the side that the network was trained with.
pretrained := vgg11.tv_in1k.safetensors
extract_options := --side 224
source_dataset := tiny-imagenet
source_seeds := 1
agop_options := --count 256 --logits probes:32

network_options := --architecture vgg11
init_options := --hidden 512,512 --pooled 1
train_options := --epochs 20 --learning-rate 0.01 --stratify
