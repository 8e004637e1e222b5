// Differences between a network's preparation of images and that of an images file, and the warnings about them.

import Networks

/// The difference between a network's preparation and the images' own. Values that the network does not
/// state do not differ.
package struct PreparationDifference {
  /// `mean 0.5,0.5,0.5 and std 0.2,0.2,0.2` of each; nil where they agree.
  private let normalisation: (network: String, images: String)?
  /// `48×48` of each; nil where they agree.
  private let size: (network: String, images: String)?

  /// Nil where nothing differs. Numbers that agree to 1e-3 count as equal.
  fileprivate init?(_ network: Network.Preparation, _ images: ImagesFile) {
    let (mean, std) = images.normalisation
    func text(_ mean: [Double], _ std: [Double]) -> String {
      "mean \(mean.perChannel) and std \(std.perChannel)"
    }
    let pairs = zip(network.mean + network.std, mean + std)
    let isOther = pairs.contains { abs($0 - $1) > 1e-3 }
    normalisation = isOther ? (text(network.mean, network.std), text(mean, std)) : nil
    let (height, width) = (images.train.height, images.train.width)
    size = network.side.flatMap { side in
      (side, side) == (height, width) ? nil : ("\(side)×\(side)", "\(height)×\(width)")
    }
    if normalisation == nil, size == nil { return nil }
  }

  /// The warning where the network's preparation is applied; nil if the only difference is a side
  /// that the user has chosen.
  package func asNetwork(sideIsChosen: Bool = false) -> String? {
    sentence(
      normalisation.map { "normalised by \($0.network), not by their own, \($0.images)" },
      sideIsChosen: sideIsChosen, end: ", as the network was trained")
  }

  /// The warning where images keep their own normalisation and get the network's side.
  package func asImages(sideIsChosen: Bool) -> String? {
    sentence(
      normalisation.map {
        "normalised by their own \($0.images), not by the network's \($0.network)"
      },
      sideIsChosen: sideIsChosen,
      end: size == nil || sideIsChosen ? "" : ", the network's side")
  }

  /// The warning where a network is drawn for these images from a source with another preparation.
  package func ofSource(sideIsChosen: Bool) -> String? {
    let normalised = normalisation.map { "\($0.network), where the images have \($0.images)" }
    let resized =
      sideIsChosen ? nil : size.map { "images of \($0.network), where these are \($0.images)" }
    let parts = [normalised, resized].compactMap { $0 }
    return parts.isEmpty ? nil : "the source network had \(parts.joined(separator: ", and "))"
  }

  private func sentence(_ normalised: String?, sideIsChosen: Bool, end: String) -> String? {
    let resized = sideIsChosen ? nil : size.map { "resized from \($0.images) to \($0.network)" }
    let parts = [normalised, resized].compactMap { $0 }
    return parts.isEmpty ? nil : "images are \(parts.joined(separator: ", and "))\(end)"
  }
}

extension ImagesFile {
  /// The differences of these images' own mean, std and side from a network's preparation; nil if there are none.
  package func difference(from preparation: Network.Preparation) -> PreparationDifference? {
    PreparationDifference(preparation, self)
  }
}

/// The remedy in warnings about a network's preparation.
package let preparationRemedy = "(extract-pretrained --mean, --std and --side set the network's)"
