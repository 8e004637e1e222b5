// A network's predictions on images, as CSV.

import Foundation
import HDF5
import Networks
import Schemas
import Studies
import Tensors
import Tooling

/// A network and the images for which it predicts classes.
struct Predictions {
  private let name: String
  private let network: Network
  private let images: ImagesFile
  private let imagesName: String
  /// Names of the network's outputs.
  private let outputs: [String]
  private let pool: WorkerPool
  /// Which network it is, where a file holds more than one.
  private let note: String?
  private let warnings: [String]

  /// - Throws: `ToolError` naming the file that is no network or no images file.
  init(_ path: String, images imagesPath: String, threads: Int) throws {
    let input = try Input(path: path)
    let file = try input.openHDF5()
    let imagesInput = try Input(path: imagesPath)
    images = try ImagesFile(imagesInput.openHDF5())
    (name, imagesName) = (input.name, imagesInput.name)
    let run = RunFile.isRun(file) ? try RunSummary(file) : nil
    note = run?.bestEpoch.map { "\(path): the network after epoch \($0 + 1), the best" }
    var network = try NetworkFile(file, best: run?.bestEpoch != nil).network
    network.preparation = images.completing(network.preparation)
    let difference = images.difference(from: network.preparation)?.asNetwork()
    self.network = network
    let known = run.map(\.classNames).flatMap { $0.isEmpty ? nil : $0 }
    let hasOtherClasses = known != nil && known != images.classes
    warnings = [
      difference,
      hasOtherClasses
        ? "\(path) was trained on other classes than those of \(imagesPath)" : nil,
    ].compactMap(\.self)
    let names = known ?? images.classes
    outputs = (0..<network.architecture.outputs).map {
      names.indices.contains($0) ? names[$0] : "output \($0)"
    }
    pool = WorkerPool(threads: threads)
  }

  /// Prints a line for each image, training images first.
  func write() throws {
    let output = try Output(path: "-", isText: true)
    try naming("\(name) on \(imagesName)") {
      let predictor = try Predictor(network, side: images.train.height, pool: pool)
      if let note { Log.say(note) }
      warnings.forEach(Log.warn)
      try output.writePieces { write in
        func print(_ cells: [String]) throws {
          try Array(csvLine(cells).utf8).withUnsafeBytes { try write($0) }
        }
        try print(["part", "image", "class", "prediction"] + outputs.map { "p \($0)" })
        for (part, images) in [("train", images.train), ("test", images.test)]
        where images.count > 0 {
          try predictor.answer(images) { answer in
            let label = self.images.classes[Int(images.labels[answer.image])]
            try print(
              [part, "\(answer.image)", label, outputs[answer.output]]
                + answer.probabilities.map { "\(Float($0))" })
          }
        }
      }
    }
  }
}
