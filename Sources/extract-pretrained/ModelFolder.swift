// The file of weights in a folder of Hugging Face's programs.

import Foundation
import Tooling

enum ModelFolder {
  /// The first that is there is read, as `from_pretrained` does.
  static let names = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]

  /// The path itself, or if it is a folder, its file of weights.
  static func weights(at path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard path != "-", FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    else { return path }
    let folder = path.hasSuffix("/") ? path : path + "/"
    let found = names.filter { FileManager.default.fileExists(atPath: folder + $0) }
    guard let first = found.first else {
      throw ToolError(
        .noInput, "\(path): a folder that contains none of \(names.joined(separator: ", "))")
    }
    let others =
      found.dropFirst().isEmpty ? "" : ", not \(found.dropFirst().joined(separator: ", "))"
    Log.say("reading \(first) of \(path)\(others)")
    return folder + first
  }
}
