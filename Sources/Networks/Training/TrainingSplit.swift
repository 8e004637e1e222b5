// The split into training and validation images.

import Tensors

/// A run's training and validation images, drawn by its seed.
package struct TrainingSplit: Equatable, Sendable {
  /// The indices of the training images, in the drawn order.
  package let training: [Int]
  /// The indices of the validation images, in the drawn order.
  package let validation: [Int]

  /// Draws the split.
  ///
  /// - Parameters:
  ///   - images: The indices of the images to split.
  ///   - labels: The labels of all images of the set, by index.
  ///   - held: The number of validation images.
  ///   - stratified: Whether the validation images have the same proportions of classes as all images, to within one
  ///     image per class. Counts are rounded by largest remainders; among equal remainders the lower label comes first.
  package init(
    _ images: [Int], labels: [UInt16], held: Int, stratified: Bool, seed: UInt64
  ) {
    precondition((0...images.count).contains(held))
    var stream = RandomStream(seed: seed, .split)
    let order = stream.permutation(images.count).map { images[$0] }
    guard stratified else {
      validation = Array(order[..<held])
      training = Array(order[held...])
      return
    }
    var open = Self.quotas(of: images.map { labels[$0] }, held: held)
    var (training, validation): ([Int], [Int]) = ([], [])
    for image in order {
      if let left = open[labels[image]], left > 0 {
        open[labels[image]] = left - 1
        validation.append(image)
      } else {
        training.append(image)
      }
    }
    (self.training, self.validation) = (training, validation)
  }

  /// The number of validation images of each class, `held` in total.
  private static func quotas(of labels: [UInt16], held: Int) -> [UInt16: Int] {
    guard !labels.isEmpty else { return [:] }
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    var quotas = counts.mapValues { $0 * held / labels.count }
    let left = held - quotas.values.reduce(0, +)
    func remainder(_ label: UInt16) -> Int { (counts[label] ?? 0) * held % labels.count }
    let byRemainder = counts.keys.sorted { (-remainder($0), $0) < (-remainder($1), $1) }
    for label in byRemainder.prefix(left) { quotas[label, default: 0] += 1 }
    return quotas
  }
}
