// What `sample-init --help` says before the options: the table of methods is made from `Initialisers.all`.

import Features
import Tooling

extension SampleInit {
  static let discussion = """
    Writes a network file. A method draws the convolutions of a VGG or a residual network, or the \
    linear maps of a vision transformer; --head says how the fully connected layers are drawn. \
    Biases are zero unless the method sets them.

    Methods that draw from features read a features file, which also gives the architecture. \
    Methods that need the source network itself (copy, gauge, coupled-nfm, …) read it from \
    --source, and coupled-agop reads both. For other methods the options give the architecture.

    Methods:
    \(Initialisers.all.map { "  \(Format.padded($0.name, to: 16)) \($0.summary)" }.joined(separator: "\n"))

    Drawing a VGG11 takes about a second on two cores. No matrix of size (C·9)², for C input \
    channels, is formed.

    A covariance describes the source's channels, and a new network has other channels. --align \
    carries the draw over to them, layer by layer, so that filters respond to the new channels as \
    they would to the source's. It needs --images. The source may have another width, and more \
    layers. A transformer's source must have the same patches, and at least as many heads and \
    blocks.

    Batch normalisations start with gain 1 and bias 0. With --images their running means and \
    variances are measured on training images; otherwise they are 0 and 1. The method copy keeps \
    the source's.

    --for torchvision writes a file for torchvision.models.vgg11().load_state_dict instead, with \
    hidden layers of 4096 on a pool of 7×7 and 1000 outputs (or --outputs, or the images' \
    classes). It also writes files for other VGGs, and for resnet18 and resnet34.

    Examples:
      sample-init --method kaiming-normal --seed 1 \\
        --images build/images/fashion-mnist.h5 -o init.h5
      compute-nfm vgg11.h5 | sample-init --method kaiming-nfm --seed 1 -o init.h5
      compute-nfm vgg11.h5 | sample-init --method kaiming-nfm --align vgg11.h5 \\
        --images build/images/fashion-mnist.h5 --architecture vgg11@0.25 -o init.h5
      compute-nfm vgg11.h5 \\
        | sample-init --method kaiming-nfm --for torchvision -o vgg11.pth
      sample-init --method coupled-nfm --source vit.h5 --seed 1 -o init.h5
    """
}
