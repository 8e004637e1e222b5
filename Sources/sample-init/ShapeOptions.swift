// Layers and widths of the new network, if features or source do not give them or others are wanted.

import ArgumentParser

struct ShapeOptions: ParsableArguments {
  @Option(
    help:
      "The network. VGGs: vgg11, 13, 16, 19; with a width as vgg11@0.25; or vgg:16,M,32,M. Residual networks: resnet18, 34, made for ImageNet, or resnet18:stem=cifar; resnet20, 32, 44, 56, 110; with a width as resnet20@0.5. Vision transformers: vit-micro, vit-small-32, vit-tiny, vit-small, vit-base; with settings as vit-tiny:side=32,patch=4; or vit:patch=4,width=64,depth=6,heads=4,mlp=128,pool=mean. [default: the features'; else vgg11]"
  )
  var architecture: String?

  @Option(
    help:
      "Outputs of the head, one for each class. [default: the images', or the features' or source's, else 10; paper: 1000]"
  )
  var outputs: Int?

  @Option(
    help:
      "Widths of a VGG's hidden layers, e.g. 512,512; none for a linear head. [default: the features'; else 512,512]"
  )
  var hidden: HiddenWidths?

  @Option(help: "Side of the average pool. [default: the features'; else 1]")
  var pooled: Int?

  @Option(
    help:
      "Dropout in the head, or in the branches of a transformer's blocks; residual networks have none. [default: the features'; else 0.5 for a VGG, 0 for others]"
  )
  var dropout: Float?
}
