// The images file, read (`decode-images` writes it batch by batch).

import HDF5
import Networks
import Tooling

/// The *images* file: `train/images` UInt8 [N, H, W, C], `train/labels` UInt16 [N], `test/…`, and as
/// attributes of the root `name`, `classes`, `mean`, `std` (of the training images, in [0, 1]).
package struct ImagesFile: Sendable {
  /// The data set's.
  package let name: String
  /// Names by label.
  package let classes: [String]
  /// Per channel.
  package let mean: [Double]
  package let std: [Double]
  package let train: LabelledImages
  package let test: LabelledImages

  /// - Throws: `ToolError` naming the file and what is missing or does not fit.
  package init(_ file: File) throws {
    try FileKind.require([.images], file)
    let root = file.root
    name = try root.required("name", "text", \.string)
    classes = try root.required("classes", "a list of names", \.strings)
    try Self.check(classes, of: file)
    let channels: Int
    train = try Self.split("train", of: file, classes: classes.count)
    test = try Self.split("test", of: file, classes: classes.count)
    channels = train.channels
    guard
      test.count == 0
        || (test.height, test.width, test.channels)
          == (train.height, train.width, train.channels)
    else { throw schemaError(file, "test images have another size than the training images") }
    guard train.count > 0 else { throw schemaError(file, "there are no training images") }
    mean = try root.required("mean", "a finite number per channel in [0, 1], of pixels / 255") {
      value in
      value.doubles.flatMap { numbers in
        numbers.count == channels && numbers.allSatisfy { $0 >= 0 && $0 <= 1 } ? numbers : nil
      }
    }
    std = try root.required("std", "a finite, positive number per channel up to 1, of pixels / 255")
    { value in
      value.doubles.flatMap { numbers in
        numbers.count == channels && numbers.allSatisfy { $0 > 0 && $0 <= 1 } ? numbers : nil
      }
    }
  }

  private static func check(_ classes: [String], of file: File) throws {
    guard !classes.contains("") else {
      throw schemaError(file, "attribute 'classes' holds an empty name")
    }
    var seen: Set<String> = []
    if let twice = classes.first(where: { !seen.insert($0).inserted }) {
      throw schemaError(file, "attribute 'classes' holds the name '\(twice)' twice")
    }
  }

  /// Reads integers; numbers of another type are refused with a remedy.
  private static func integers<Element: Scalar>(
    _ name: String, of file: File, remedy: String
  ) throws -> [Element] {
    do {
      return try file.root.read(name, as: Element.self).values
    } catch let error as HDF5Error where error.kind == .mistyped {
      throw schemaError(file, "'\(name)' \(error.reason); \(remedy)")
    }
  }

  private static func split(
    _ split: String, of file: File, classes: Int
  ) throws -> LabelledImages {
    let root = file.root
    for dataset in ["\(split)/images", "\(split)/labels"] where !root.contains(dataset) {
      throw schemaError(file, "no '\(dataset)': images files are made by decode-images")
    }
    let shape = try root.shape(of: "\(split)/images")
    guard shape.count == 4, try root.shape(of: "\(split)/labels") == [shape[0]] else {
      throw schemaError(file, "'\(split)/images' is not [N, H, W, C] with N labels")
    }
    guard (1...4096).contains(shape[1]), (1...4096).contains(shape[2]) else {
      throw schemaError(file, "'\(split)/images' are not 1 to 4096 pixels high and wide")
    }
    let labels: [UInt16] = try integers(
      "\(split)/labels", of: file,
      remedy: "labels index 'classes' from 0; leave out images without a label")
    if let label = labels.max(), Int(label) >= classes {
      throw schemaError(
        file, "label \(label) in '\(split)/labels' is beyond the \(classes) classes")
    }
    let pixels: [UInt8] = try integers(
      "\(split)/images", of: file, remedy: "scale pixels to 0...255, round, store them as uint8")
    return try naming(file.name) {
      try LabelledImages(
        pixels: pixels, labels: labels, height: shape[1], width: shape[2], channels: shape[3])
    }
  }

  /// Mean and std for a network's three input channels: grey's, three times.
  package var normalisation: (mean: [Double], std: [Double]) {
    func spread(_ x: [Double]) -> [Double] {
      x.count == 1 ? Array(repeating: x[0], count: Architecture.inputChannels) : x
    }
    return (spread(mean), spread(std))
  }

  /// A network's preparation with the normalisation of these images, if it says none.
  package func completing(_ preparation: Network.Preparation) -> Network.Preparation {
    guard preparation.mean.isEmpty else { return preparation }
    let (mean, std) = normalisation
    return Network.Preparation(side: preparation.side, mean: mean, std: std)
  }
}

extension [Double] {
  /// A number per channel as messages give it, to three digits: `0.485,0.456,0.406`.
  package var perChannel: String {
    map { (1000 * $0).rounded() / 1000 }.listed
  }
}
