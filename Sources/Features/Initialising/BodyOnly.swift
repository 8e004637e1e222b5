// Networks of which only the convolutions are computed.

import Networks
import Tensors

extension Architecture {
  /// The convolutions, and a head of one output: torchvision's would take a gigabyte.
  func bodyOnly() throws(NetworkError) -> Architecture {
    try Architecture(name, outputs: 1, hidden: [], pooled: 1)
  }

  /// All its parameters zero.
  func filledWithZeros() throws(NetworkError) -> Network {
    let zeros = parameters.map { ($0.name, Tensor(zeros: $0.shape)) }
    return try Network(self, parameters: Dictionary(uniqueKeysWithValues: zeros))
  }
}

extension Network {
  /// The convolutions, and a head of zeros.
  func bodyOnly() throws(NetworkError) -> Network {
    let architecture = try architecture.bodyOnly()
    var parameters = try architecture.filledWithZeros().parameters
    let head = Set(architecture.head.flatMap(\.tensors))
    for name in parameters.keys where !head.contains(name) { parameters[name] = self[name] }
    return try Network(architecture, parameters: parameters, preparation: preparation)
  }

  /// Laid out for the images that initialisers look at, which it finds in `input` as `preparation` says.
  func compiled(on task: TaskImages, preparation: Preparation) throws(NetworkError)
    -> CompiledNetwork
  {
    try CompiledNetwork(
      self, on: task.images, at: task.choose(for: .initialisation), preparation: preparation,
      pool: task.pool, trains: false, differentiates: false)
  }
}
