// A residual network that was found in another program's file.

import Networks
import Schemas
import StateDictionaries
import Tooling

extension Extracted {
  /// - Parameters:
  ///   - stated: the network, if the user or the file states it.
  ///   - remarks: those of an export of these tools.
  init(
    residualIn file: StateDictionary, stated: ResNet?, remarks: ExportRemarks?,
    inputOrder: InputOrder?, withoutHead: Bool
  ) throws {
    let weights = try reporting(.data) {
      try ResNetWeights(
        file, inputOrder: inputOrder ?? .rgb, stated: stated, withoutHead: withoutHead)
    }
    let network = weights.network
    Log.say("\(network.text) in \(file.file)")
    Self.report(notes: file.notes + weights.notes, ignored: weights.ignored)
    let labels = Self.labels(
      of: file, holding: network.text,
      withoutHead: weights.outputs == nil
        ? ("means", "its logits are the means of its last maps") : nil)
    var preparation = remarks?.preparation ?? (weights.isGrey ? .grey : .imageNet)
    let side = remarks?.preparation?.side
    preparation.side = side ?? (network.stem == .cifar ? 32 : preparation.side)
    self.init(
      dictionary: weights.stateDictionary,
      architecture: try naming(file.file) {
        try Architecture(network.text, outputs: weights.outputs ?? network.widths.last ?? 1)
      },
      preparation: preparation, labels: labels, history: History(), role: "weights",
      isGrey: weights.isGrey, isSideKnown: side != nil,
      isNormalisationKnown: remarks?.preparation != nil, shards: file.shards)
  }
}
