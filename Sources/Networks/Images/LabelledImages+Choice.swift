/// The choice of N of the images: the same for every run, whatever the order in the file.

import Tensors

extension LabelledImages {
  /// What images are chosen for. Each purpose has an order of its own, so that the images of an AGOP
  /// are not the first of those that its network was trained on.
  package enum ChoicePurpose: UInt64, Sendable {
    case training = 1
    case test, gradients, initialisation, probe, picture
  }

  /// Indices of `count` of the images, each once, in the order of choice: see `BalancedOrder`.
  ///
  /// The order depends on purpose, pixels and labels, not on the order of the images here or on a
  /// seed. Images with equal pixels and labels are interchangeable. Different ones share a 64-bit
  /// digest with a probability of 3e-10 in 100,000 images.
  ///
  /// - Throws: `NetworkError` if there are fewer.
  package func choose(_ count: Int, for purpose: ChoicePurpose) throws(NetworkError) -> [Int] {
    guard count <= self.count else {
      throw NetworkError("\(count) images are asked for, there are \(self.count)")
    }
    let size = height * width * channels
    let digests = pixels.withUnsafeBytes { bytes in
      labels.indices.map { i in
        ContentDigest.digest(
          UnsafeRawBufferPointer(rebasing: bytes[i * size..<(i + 1) * size]), key: purpose.rawValue,
          tag: UInt64(labels[i]))
      }
    }
    return Array(BalancedOrder.order(labels: labels, digests: digests).prefix(count))
  }
}
