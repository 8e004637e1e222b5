// Which network of a file is taken, and which part of it.

import ArgumentParser
import StateDictionaries
import Tooling

struct SelectionOptions: ParsableArguments {
  @Option(help: "Which epoch of a run: best (on validation) or last. [default: best]")
  var epoch: Epoch?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Take only the first convolutions of each block of a deeper VGG, as many as this one has.",
      discussion: "The result was never trained as a whole, which is reported and recorded."))
  var depth: Depth?

  @Option(
    help: ArgumentHelp(
      "The network in another program's file, such as vgg:16,M,32,M or vit-tiny. [default: what a Keras configuration says, else VGG11, 13, 16 or 19, a residual network or a vision transformer, recognised; with --from-csv vgg11]",
      valueName: "name"))
  var architecture: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Replace OLD by NEW where names of tensors begin with OLD, as basenet.slice1=features; may be repeated.",
      valueName: "old=new"))
  var rename: [StateDictionary.Renaming] = []

  @Option(
    help: ArgumentHelp(
      "Which dictionary of a .pth that has several, as state_dict_ema or model.generator; . is "
        + "the outermost. [default: the only one, or the only one under a usual name]",
      valueName: "path"))
  var key: String?

  @Flag(
    help: "Take another program's network without its head: only the convolutions of a VGG.")
  var withoutHead = false

  /// Refuses options that mean nothing for a file of these tools.
  /// - Parameter inputOrder: whether the order of the input's channels is given.
  /// - Throws: `ToolError` that names the first of them.
  func refuseForOwnFile(_ file: String, inputOrder: Bool) throws {
    let given = [
      ("--key", key != nil), ("--architecture", architecture != nil), ("--input-order", inputOrder),
      ("--rename", !rename.isEmpty), ("--without-head", withoutHead),
    ]
    if let (option, _) = given.first(where: \.1) {
      throw ToolError(.usage, "\(option) is for other programs' files: \(file) is from these tools")
    }
  }
}
