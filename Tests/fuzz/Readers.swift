// All readers of files of unknown origin, by the names that `make fuzz` prints. Pixels, weights and columns, which a tool
// would read later, are read here too.

import Features
import Foundation
import HDF5
import ImageFormats
import Schemas
import StateDictionaries
import Studies

typealias Reader = @Sendable ([UInt8]) throws -> Void

let readers: [String: Reader] = [
  "manifest": { _ = try Manifest(path: try Scratch.write($0, to: "manifest.txt")) },
  "idx": readIdx,
  "cifar": readCIFAR,
  "mat": { try readSet(Scratch.write($0, to: "train.mat")) },
  "zip": { try readSet(Scratch.write($0, to: "set.zip")) },
  "tar": { try readSet(Scratch.write($0, to: "set.tar")) },
  "lists": readLists,
  "folder": readFolder,
  "jpeg": { _ = try JPEG.decode($0, file: "input") },
  "png": { _ = try PNG.decode(withPNGChecksums($0), file: "input") },
  "webp": { _ = try WebP.decode($0, file: "input") },
  "torch-zip": readWeights,
  "torch-legacy": readWeights,
  "safetensors": readWeights,
  "keras": readWeights,
  "authors-log": { _ = try AuthorsLog.read(Data($0), file: "input") },
  "matrix": readMatrix,
  "images": { _ = try ImagesFile(open($0)) },
  "network": { _ = try NetworkFile(open($0)) },
  "features": { _ = try FeaturesFile(open($0)) },
  "run": { bytes in
    let file = try open(bytes)
    _ = try RunSummary(file)
    _ = try NetworkFile(file, best: true)
  },
  "checkpoint": { _ = try CheckpointFile(open($0)) },
  "structured": { bytes in
    var names = 500
    try readEverything(in: try open(bytes).root, depth: 4, &names)
  },
]

/// Reads all attributes and numbers of up to `names` names, whatever their meaning.
@Sendable private func readEverything(in group: Group, depth: Int, _ names: inout Int) throws {
  names -= try group.names().count
  guard depth > 0, names > 0 else { return }
  for name in try group.attributeNames() { _ = try? group.attribute(name) }
  for name in try group.datasets() {
    for attribute in try group.attributeNames(of: name) {
      _ = try? group.attribute(attribute, of: name)
    }
    // A valid one may be as large as 1,024 files.
    guard let shape = try? group.shape(of: name), shape.reduce(1.0, { $0 * Double($1) }) < 1e6
    else {
      continue
    }
    _ = try? group.read(name, as: Double.self)
    _ = try? group.read(name, as: UInt8.self)
  }
  for name in try group.groups() {
    try readEverything(in: group.group(name), depth: depth - 1, &names)
  }
}

/// Opens the bytes as tools open a pipe. A file on disk is read by the same code.
@Sendable private func open(_ bytes: [UInt8]) throws -> File {
  try File.open(image: bytes, name: "input")
}

@Sendable private func readWeights(_ bytes: [UInt8]) throws {
  let dictionary = try StateDictionary(bytes: bytes, name: "input")
  for tensor in dictionary.tensors { _ = try tensor.floats() }
  let network =
    VisionTransformerWeights.areIn(dictionary)
    ? try VisionTransformerWeights(dictionary).stateDictionary
    : try VGGWeights(dictionary).stateDictionary
  for tensor in network.tensors { _ = try tensor.floats() }
}

@Sendable private func readMatrix(_ bytes: [UInt8]) throws {
  var parser = SquareMatrixParser(name: "input")
  for piece in stride(from: 0, to: bytes.count, by: 4096) {
    try parser.consume(bytes[piece..<min(piece + 4096, bytes.count)])
  }
  _ = try parser.finish().matrix
}

@Sendable private func readSet(_ paths: String...) throws {
  let set = try ImageSet.open(paths)
  _ = try set.read(threads: 1) { _ in }
}

/// Reads images together with the stated number of labels, or labels together with the stated number of images.
@Sendable private func readIdx(_ bytes: [UInt8]) throws {
  let count = Array(bytes.dropFirst(4).prefix(4))
  let claimed = min(count.reduce(0) { $0 << 8 | Int($1) }, 10_000)
  let isImages = bytes.dropFirst(3).first == 3
  let header: [UInt8] = isImages ? [0, 0, 8, 1] : [0, 0, 8, 3]
  let axes: [UInt8] = isImages ? [] : [0, 0, 0, 1, 0, 0, 0, 1]
  let other = header + count + axes + [UInt8](repeating: 0, count: claimed)
  try readSet(
    Scratch.write(bytes, to: isImages ? "train-images" : "train-labels"),
    Scratch.write(other, to: isImages ? "train-labels" : "train-images"))
}

/// Reads CIFAR's records as in the archive. The first byte selects one of the two data sets.
@Sendable private func readCIFAR(_ bytes: [UInt8]) throws {
  let isHundred = bytes.first == 100
  let name = isHundred ? "cifar-100/train.bin" : "cifar-10/data_batch_1.bin"
  let path = try Scratch.write(bytes.dropFirst(), to: name)
  try readSet(URL(fileURLWithPath: path).deletingLastPathComponent().path)
}

/// A PNG of one pixel, (1, 2, 3).
private let picture = [UInt8](
  Data(
    base64Encoded:
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgZGIGAAAOAAfXb+R4AAAAAElFTkSuQmCC"
  ) ?? Data())

/// Reads a folder of pictures whose paths are the bytes, separated by zero bytes.
@Sendable private func readFolder(_ bytes: [UInt8]) throws {
  defer { try? FileManager.default.removeItem(atPath: "\(Scratch.folder)/folder") }
  for path in bytes.split(separator: 0).prefix(32) {
    // A path that leads out of the folder would be a mistake of the driver, not of the reader.
    let names = path.split(separator: UInt8(ascii: "/")).filter { ![[46], [46, 46]].contains($0) }
    Scratch.write(picture, atNames: [Array("folder".utf8)] + names.map(Array.init))
  }
  try readSet("\(Scratch.folder)/folder")
}

/// Reads Tiny-ImageNet's three lists, which are separated by zero bytes, beside two pictures.
@Sendable private func readLists(_ bytes: [UInt8]) throws {
  let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
  for (part, name) in zip(parts, ["wnids.txt", "words.txt", "val/val_annotations.txt"]) {
    _ = try Scratch.write(part, to: "lists/\(name)")
  }
  for name in ["train/n01/images/n01_1.JPEG", "val/images/val_0.JPEG"] {
    _ = try Scratch.write(picture, to: "lists/\(name)")
  }
  try readSet("\(Scratch.folder)/lists")
}
