// A task made ready: what a step needs is allocated and laid out.

import Features
import Networks
import Tensors

protocol Workload: AnyObject {
  /// Operations of a step (`Operations`); nil where they would say nothing.
  var operations: Double? { get }
  func step(_ watch: inout Stopwatch) throws
}

extension Job {
  func prepared() throws -> any Workload {
    switch work {
    case .train: try TrainWorkload(self)
    case .evaluate: try EvaluateWorkload(self)
    case .agop: try AGOPWorkload(self)
    case .sampleInit: try SampleInitWorkload(self)
    case .assemble: try AssembleWorkload(self)
    }
  }

  var network: Architecture {
    get throws {
      try Architecture(
        architecture, outputs: head.outputs, hidden: head.hidden, pooled: head.pooled)
    }
  }

  /// A network as it is before training.
  func initialNetwork() throws -> Network {
    let network = try network
    let method = network.isTransformer ? "timm" : "kaiming-normal"
    return try initialise(network, method: try Initialisers.named(method), seed: 1)
  }

  /// Fills a network's input with values as normalised images have them.
  static func fill(_ input: Buffer) {
    var stream = RandomStream(seed: 1, .selection)
    input.load(stream.normals(input.count))
  }

  var labels: [UInt16] { (0..<batch).map { UInt16($0 % head.outputs) } }

  /// Images of noise.
  func images(_ count: Int, side: Int) throws -> LabelledImages {
    var stream = RandomStream(seed: 1, .selection)
    let pixels = stream.uniforms(count * side * side * 3).map { UInt8($0 * 255) }
    return try LabelledImages(
      pixels: pixels, labels: (0..<count).map { UInt16($0 % head.outputs) }, height: side,
      width: side, channels: 3)
  }

  static let mean = [0.5, 0.5, 0.5]
  static let std = [0.25, 0.25, 0.25]
}
