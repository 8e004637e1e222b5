/// Keras 3's `.keras`: a zip archive of `model.weights.h5` beside the network's configuration.

import HDF5

enum KerasArchive {
  private static let weights = "model.weights.h5"

  /// Whether a zip archive is one.
  static func isOne(_ source: ByteSource) -> Bool {
    (try? ZipDirectory(source))?.entries[weights] != nil
  }

  static func tensors(_ source: ByteSource) throws -> [StoredTensor] {
    let directory = try ZipDirectory(source)
    guard let entry = directory.entries[weights] else {
      throw source.error("an archive without \(weights)")
    }
    let location = try directory.bytes(of: entry).bytes.verifiedLocation()
    let image = try source.bytes(at: location.lowerBound, count: location.count)
    return try KerasHDF5.tensors(
      KerasHDF5.translating { try HDF5.File.open(image: image, name: source.name) })
  }
}
