// What `extract-pretrained --help` says before the options.

extension ExtractPretrained {
  static let discussion = """
    Reads these files, recognised by their first bytes:
      a run or network of these tools (of a run, the epoch with the best
        validation accuracy);
      .pth of PyTorch in all three of its forms: zip, pickles, tar;
      .safetensors;
      .h5 weights of Keras, and .keras archives;
      an index of shards (model.safetensors.index.json), or a folder with
        Hugging Face's model.safetensors or pytorch_model.bin, whole or sharded.
    All but the first contain one of these networks, directly or in a dictionary (state_dict, \
    model, module.):
      a VGG (11, 13, 16, 19, or a table of its own; any width) under the names of
        torchvision, timm or Keras;
      a residual network of basic blocks (18, 34, or CIFAR's 20, 32, …) under the
        names of torchvision or timm;
      a vision transformer under the names of timm, torchvision or Hugging Face.

    If a .pth has several networks, --key takes one of them; without it, the one under a usual \
    name is taken and reported. Batch normalisation is folded into a VGG's convolutions, but not \
    into a residual network's. If a VGG's convolutions have no biases, all get 0. A first layer \
    for grey images gets a third of its weights in each of three channels. Both are reported. \
    Nothing in a .pth is run: tensors and containers are read, and other objects \
    (argparse.Namespace, NumPy's numbers, paths) are ignored. A file that mentions functions that \
    run programs or code (os.system, eval) is refused by that name.

    Writes a network file: a state dictionary under PyTorch's names (features.0.weight [64, 3, 3, \
    3] Float32, …), with attributes for the architecture and for how its images are prepared: mean \
    and std of each channel in [0, 1], and side. A .safetensors or .pth that these tools exported \
    contains these attributes. For other files without --mean, --std and --side they are assumed \
    and reported: torchvision's for ImageNet (0.485,0.456,0.406, 0.229,0.224,0.225, 224), with \
    --input-order bgr those of keras.applications, and for networks of grey images 0.449 and \
    0.226. A residual network that begins with a 3×3 convolution has a side of 32. In a network \
    without a classifier the means of the last feature maps are the logits.

    Names of tensors do not distinguish a pool from a dropout, so only the pools of VGG11, 13, 16 \
    and 19 are recognised. Any other table is stated by --architecture and compared with the file. \
    It is an error if a tensor inside the convolutions or the head belongs to no layer of a VGG, \
    or if the head does not fit the convolutions. --without-head takes only the convolutions.

    Names and shapes of a vision transformer determine neither its heads nor the epsilon of its \
    layer normalisation. Heads of 64 and 1e-6 (Hugging Face: 1e-12) are assumed and reported, and \
    --architecture vit:… states others. Under Hugging Face's names mean and std are assumed to be \
    0.5. --side and --patch make a network for images of another size: positions and the patch \
    embedding are resampled bilinearly, and kernels of fewer pixels are not rescaled. Transformers \
    that networks here cannot compute are refused, and the message names the tensor.

    A .keras, or an .h5 of Keras's model.save, contains the model's configuration. The network has \
    its pools, its head and dropout, and its side of the images; a Rescaling before the first \
    layer gives mean and std. Batch normalisation between a convolution and its ReLU is folded in. \
    A layer that a VGG does not have is refused by its name and class. Files of weights alone have \
    no configuration.

    Features computed from a run's network have the attributes source_dataset, source_seed and \
    source_epoch. If that network was itself drawn from a source, the seed is that of the first \
    source.

    VGG11 from a .pth of 531 MB takes about 3 seconds and 560 MB of memory.

    --from-csv reads matrices that the paper's code has computed, and writes a features file \
    instead. There is one text file for each convolution, in the network's order, with d rows of d \
    numbers separated by commas. With --kind agop they are roots, as that code writes them. Only \
    the lower triangle is used, as in that code; how far the upper one differs is reported and \
    stored. A matrix that is not positive semi-definite is reported, with the share of its trace \
    that the shift of its spectrum makes isotropic. This costs a symmetric eigenproblem of size d \
    for each layer: minutes for 512 channels.

    Examples:
      extract-pretrained build/demo/source-1001.run.h5 -o vgg11.h5
      extract-pretrained vgg11-8a719046.pth --side 32 -o vgg11.h5
      extract-pretrained vgg16_weights.h5 --input-order bgr --as vgg11 -o vgg11.h5
      extract-pretrained vgg11.h5 --export safetensors -o vgg11.safetensors
      extract-pretrained deit_tiny_patch16_224.fb_in1k.safetensors \\
        --side 32 --patch 4 -o vit.h5
      extract-pretrained vit.h5 --naming torchvision -o vit.pth
      extract-pretrained --from-csv layer_{0..7}.csv --kind agop -o agop.h5
    """
}
