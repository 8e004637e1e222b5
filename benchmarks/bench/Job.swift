// One thing to be timed, as options of a command line; `peer.py` reads the same.

import ArgumentParser

struct Job: ParsableArguments {
  @Argument(help: "What a step does.")
  var work: Work

  @Option(help: "Height and width of the inputs.")
  var side = 32

  @Option(help: "Images of a step.")
  var batch = 64

  @Option(help: "native: the architecture's own, of 10 outputs; torchvision: 1000 over 4096,4096.")
  var head = Head.native

  @Option(help: "The architecture, e.g. vgg11@0.5 or vit-micro.")
  var architecture = "vgg11"

  @Option(help: "Number of logits whose gradients an AGOP is made of.")
  var logits = 10

  @Option(help: "Threads.")
  var threads = 2

  enum Work: String, ExpressibleByArgument, CaseIterable {
    case train, evaluate, agop
    case sampleInit = "sample-init"
    /// Bytes to a batch of floats, resized from 32×32.
    case assemble
  }

  enum Head: String, ExpressibleByArgument, CaseIterable {
    case native, torchvision

    var outputs: Int { self == .native ? 10 : 1000 }
    /// nil: as the architecture has it.
    var hidden: [Int]? { self == .native ? nil : [4096, 4096] }
    var pooled: Int? { self == .native ? nil : 7 }
  }
}
