/// The split of the training images into those trained on and those that validate.

import Tensors

/// Which images a run trains on and which validate, as its seed draws them.
package struct TrainingSplit: Equatable, Sendable {
  /// Indices of images, in the drawn order.
  package let training: [Int]
  package let validation: [Int]

  /// - Parameters:
  ///   - images: indices of the images to split.
  ///   - labels: of all images.
  ///   - held: how many validate.
  ///   - stratified: each class has the same share of the validation images as of all, to within
  ///     one image: the counts are rounded by largest remainders, the lower label first among equals.
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

  /// How many images of each class validate: `held` in all.
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
