// By which method, from which seed and at which size the weights are drawn.

import ArgumentParser
import Features
import Schemas

struct DrawOptions: ParsableArguments {
  @Option(
    help: "The initialisation method, one of those above.",
    completion: .list(Initialisers.all.map(\.name)))
  var method: String

  @Option(help: "Seed of the weights.")
  var seed: UInt64 = 1

  @Option(
    help:
      "paper (Long et al.) or exact: the convention, which sets the defaults of --scale, --head and --outputs."
  )
  var convention = Convention.exact

  @Option(
    help:
      "Size of the covariance Σ: trace (tr Σ = 1), fan-in (mean weight variance 2/fan_in), source (that of the source's filters), default (the usual size: timm's for transformers, Fixup's for residual networks with norm=none, torchvision's for others), output (unit deviation of each layer's output on the images), balanced (the same function as output, with ‖∇W‖/‖W‖ equal in all layers), he-deviation (the paper's √(2/fan_in)·Σ). [default: by method and convention]"
  )
  var scale: FilterScale?

  @Option(help: "Shrinkage ρ: Σ/tr Σ becomes (1−ρ)·Σ/tr Σ + ρ·I/d, for filters of d inputs.")
  var shrink = 0.0

  @Option(
    name: [.customLong("head"), .customLong("fc")],
    help: ArgumentHelp(
      "How fully connected layers are drawn: kaiming N(0, 2/inputs), torchvision N(0, 0.01²), or a method, at its own size (--scale, --shrink and --layers do not apply to it). [default: kaiming; paper: torchvision; for a transformer timm's N(0, 0.02²)]",
      valueName: "method"),
    completion: .list(HeadInitialisation.names))
  var head: String?

  @Option(
    help:
      "Layers to draw by the method, e.g. 1-4, features.0 or attn.q. The other layers are drawn by kaiming-normal, or in a transformer by timm."
  )
  var layers = LayerSelection.all

  @Option(
    help:
      "Maps of a transformer to draw by the method: readers (queries, keys, values, mlp.fc1), writers (patch embedding, attn.proj, mlp.fc2) or both. The other maps are drawn by timm."
  )
  var sides = TokenSides.both

  func validate() throws {
    guard seed <= UInt64(Int.max) else { throw ValidationError("--seed is at most \(Int.max)") }
  }
}
