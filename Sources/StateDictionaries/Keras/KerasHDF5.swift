// Weights in HDF5 as Keras saves them: every dataset of the file, by its path. Numbers stay in
// the file until they are read, and become Float32.

import HDF5

enum KerasHDF5 {
  /// The largest depth of groups. Hard links can make a group contain itself, or have many paths.
  private static let depthLimit = 12
  private static let nameLimit = 10_000

  static func tensors(_ file: HDF5.File) throws -> [StoredTensor] {
    try translating {
      var tensors: [StoredTensor] = []
      var names = 0
      try collect(file.root, "", depth: 0, &names, into: &tensors)
      return tensors
    }
  }

  /// The remarks of a file: the configuration that `model.save` stored as an attribute, by the remark's key.
  static func remarks(_ file: HDF5.File) throws -> [String: String] {
    try translating {
      guard let value = try file.root.attribute(KerasConfiguration.remark) else { return [:] }
      guard let text = value.string else {
        throw StateDictionaryError(
          file: file.name, problem: "its attribute \(KerasConfiguration.remark) is not text")
      }
      return [KerasConfiguration.remark: text]
    }
  }

  /// Collects the datasets of a group and of the groups below it.
  /// - Parameter names: the number of names met so far, in all groups.
  private static func collect(
    _ group: HDF5.Group, _ path: String, depth: Int, _ names: inout Int,
    into tensors: inout [StoredTensor]
  ) throws {
    names += try group.names().count
    guard depth < depthLimit, names <= nameLimit else {
      throw StateDictionaryError(
        file: group.file.name,
        problem: "its groups nest or multiply without end: more than \(depthLimit) deep, or "
          + "\(nameLimit) names")
    }
    for name in try group.datasets() {
      let shape = try group.shape(of: name)
      guard elementCount(shape) != nil else {
        throw StateDictionaryError(
          file: group.file.name, problem: "\(printable(path + name)) has an absurd shape \(shape)")
      }
      tensors.append(
        StoredTensor(name: path + name, shape: shape) {
          try translating { try group.read(name, as: Float.self).values }
        })
    }
    for name in try group.groups() {
      try collect(
        try group.group(name), path + name + "/", depth: depth + 1, &names, into: &tensors)
    }
  }

  /// Runs `body` and reports errors of HDF5 as errors of state dictionaries.
  static func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as HDF5Error {
      let problem = [error.object.map(printable), error.reason].compactMap { $0 }
      throw StateDictionaryError(file: error.file, problem: problem.joined(separator: ": "))
    }
  }
}
