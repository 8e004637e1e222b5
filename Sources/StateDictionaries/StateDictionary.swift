// A model's named tensors from a file of any supported format. Formats are recognised by the first bytes, never by the
// file's name.

import HDF5

/// A state dictionary: named tensors in the file's order.
package struct StateDictionary {
  /// The file's name, for messages.
  package let file: String
  package let format: Format
  package let tensors: [StoredTensor]
  /// Notes on choices and assumptions made when the file was read, a line each.
  package let notes: [String]
  /// Remarks on the tensors in the file, by key: the `__metadata__` of safetensors, the attribute `remarks` of a state
  /// dictionary in a .pth, or the `model_config` of Keras.
  package let remarks: [String: String]
  /// The names of the files beside an index that contain its tensors.
  package let shards: [String]
  private let positions: [String: Int]

  /// The format of a file.
  package enum Format: String, Sendable {
    /// The zip archive of PyTorch 1.6 and later.
    case torchZip
    /// The series of pickles of PyTorch 0.2 to 1.5, and of later versions on request.
    case torchLegacy
    /// The tar archive of PyTorch 0.1.
    case torchTar
    case safetensors
    /// The HDF5 file of weights that Keras saves. Names are paths inside the file.
    case keras
    /// The archive of weights and configuration of Keras 3, `.keras`.
    case kerasArchive
    /// A JSON index of the files beside it that contain the tensors.
    case sharded
    /// No file: the dictionary was made in memory.
    case memory
  }

  /// Makes a dictionary.
  /// - Parameter tensors: The tensors, which have distinct names.
  package init(
    _ tensors: [StoredTensor], format: Format = .memory, file: String = "memory",
    notes: [String] = [], remarks: [String: String] = [:], shards: [String] = []
  ) {
    self.tensors = tensors
    self.notes = notes
    self.remarks = remarks
    self.shards = shards
    self.format = format
    self.file = file
    positions = Dictionary(
      tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The tensor of the given name; nil if there is none.
  package subscript(name: String) -> StoredTensor? { positions[name].map { tensors[$0] } }

  /// Reads names and shapes. The numbers are read from the file when they are requested.
  /// - Parameter key: The path of the dictionary in a PyTorch file that contains several, such as `state_dict_ema` or
  ///   `model.generator`. `.` is the outermost dictionary.
  /// - Throws: `StateDictionaryError` for anything except a complete and harmless file of tensors, and for a file of
  ///   several networks without a key.
  package init(path: String, key: String? = nil) throws {
    let source = try ByteSource(path: path)
    if try Self.format(source) == .sharded {
      try self.init(index: source, path: path, key: key)
    } else {
      try self.init(source, key: key) { try HDF5.File.open(path) }
    }
  }

  /// Reads names and shapes from the bytes of a file.
  package init(bytes: [UInt8], name: String, key: String? = nil) throws {
    try self.init(ByteSource(bytes: bytes, name: name), key: key) {
      try HDF5.File.open(image: bytes, name: name)
    }
  }

  private init(_ source: ByteSource, key: String?, openHDF5: () throws -> HDF5.File) throws {
    let format = try Self.format(source)
    let contents: Checkpoint
    var remarks: [String: String] = [:]
    switch format {
    case .torchZip:
      contents = try TorchZip.contents(source, key: key)
      remarks = contents.remarks
    case .torchLegacy: contents = try TorchLegacy.contents(source, key: key)
    case .torchTar: contents = try TorchTar.contents(source, key: key)
    case .safetensors, .keras, .kerasArchive:
      try Self.refuse(key, source)
      switch format {
      case .keras:
        let file = try KerasHDF5.translating(openHDF5)
        contents = Checkpoint(tensors: try KerasHDF5.tensors(file))
        remarks = try KerasHDF5.remarks(file)
      case .kerasArchive:
        contents = Checkpoint(tensors: try KerasArchive.tensors(source))
        remarks = try KerasArchive.remarks(source)
      default:
        let file = try Safetensors.contents(source)
        contents = Checkpoint(tensors: file.tensors)
        remarks = file.remarks
      }
    case .sharded, .memory:
      throw source.error("an index names files beside it, so it is read by its path only")
    }
    self.init(
      contents.tensors, format: format, file: source.name, notes: contents.notes, remarks: remarks)
  }

  private init(index source: ByteSource, path: String, key: String?) throws {
    try Self.refuse(key, source)
    let index = try ShardIndex(source)
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let tensors = try index.tensors { file in
      let shard = String(folder) + file
      guard try Self.format(path: shard) != .sharded else {
        throw source.error("its shard \(printable(file)) is an index itself")
      }
      return try StateDictionary(path: shard)
    }
    self.init(
      tensors, format: .sharded, file: source.name, shards: index.files.map { String(folder) + $0 })
  }

  private static func refuse(_ key: String?, _ source: ByteSource) throws {
    guard key == nil else {
      throw source.error("holds one dictionary of tensors: a key is for PyTorch's files")
    }
  }

  /// Recognises a file's format by its first bytes. HDF5 counts as a file of Keras.
  /// - Throws: `StateDictionaryError` if the format is not supported.
  package static func format(path: String) throws -> Format { try format(ByteSource(path: path)) }

  /// Recognises a file's format by its bytes.
  package static func format(bytes: [UInt8], name: String) throws -> Format {
    try format(ByteSource(bytes: bytes, name: name))
  }

  private static func format(_ source: ByteSource) throws -> Format {
    let start = try source.bytes(at: 0, count: min(source.count, 9))
    // Safetensors comes first, since its length, which is below 2^32, may begin with any byte.
    if start.count == 9, start[4...] == [0, 0, 0, 0, UInt8(ascii: "{")] { return .safetensors }
    if start.starts(with: [0x50, 0x4b, 3, 4]) {
      return KerasArchive.isOne(source) ? .kerasArchive : .torchZip
    }
    if start.first == UInt8(ascii: "{") { return .sharded }
    if start.starts(with: [0x80]) { return .torchLegacy }
    if start.starts(with: [0x89, 0x48, 0x44, 0x46]) { return .keras }
    if TarDirectory.isTar(source) { return .torchTar }
    throw source.error("none of PyTorch's formats (.pth), nor safetensors, nor HDF5")
  }
}
