// The choice of a subset of images: the same for every run, whatever the order in the file.

import Tensors

extension LabelledImages {
  /// The purpose of a choice of images. Each purpose has its own order, so that the images for an AGOP are not the first
  /// ones that the network was trained on.
  package enum ChoicePurpose: UInt64, Sendable {
    case training = 1
    case test, gradients, initialisation, probe, picture
  }

  /// The indices of `count` different images, in the order of choice (see `BalancedOrder`).
  ///
  /// The order depends on the purpose and on the pixels and labels, not on the order of the images or on a seed. Images
  /// with equal pixels and labels are interchangeable. The probability that two different images among 100,000 share a
  /// 64-bit digest is 3e-10.
  ///
  /// - Throws: `NetworkError` if there are fewer images.
  package func choose(_ count: Int, for purpose: ChoicePurpose) throws(NetworkError) -> [Int] {
    guard count <= self.count else {
      throw NetworkError("\(count) images are asked for, but there are only \(self.count)")
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
