// Keras 3's `.keras`: a zip archive of `model.weights.h5` beside the network's configuration.

import HDF5

enum KerasArchive {
  private static let weights = "model.weights.h5"
  private static let configuration = "config.json"
  private static let configurationLimit = 16 << 20

  /// Whether a zip archive is a `.keras` file.
  static func isOne(_ source: ByteSource) -> Bool {
    (try? ZipDirectory(source))?.entries[weights] != nil
  }

  static func tensors(_ source: ByteSource) throws -> [StoredTensor] {
    guard let image = try bytes(weights, source) else {
      throw source.error("an archive without \(weights)")
    }
    return try KerasHDF5.tensors(
      KerasHDF5.translating { try HDF5.File.open(image: image, name: source.name) })
  }

  /// The remarks of the archive: the configuration beside the weights, by the remark's key.
  static func remarks(_ source: ByteSource) throws -> [String: String] {
    guard let bytes = try bytes(configuration, source, limit: configurationLimit) else {
      return [:]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw source.error("\(configuration) is not UTF-8")
    }
    return [KerasConfiguration.remark: text]
  }

  /// The bytes of a stored entry, with a verified checksum; nil if there is no such entry.
  private static func bytes(
    _ name: String, _ source: ByteSource, limit: Int = .max
  ) throws -> [UInt8]? {
    let directory = try ZipDirectory(source)
    guard let entry = directory.entries[name] else { return nil }
    let (bytes, count) = try directory.bytes(of: entry)
    guard count <= limit else { throw source.error("\(name) has an absurd size") }
    let location = try bytes.verifiedLocation()
    return try source.bytes(at: location.lowerBound, count: location.count)
  }
}
