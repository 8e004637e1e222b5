/// The inputs as files: whether they are there, and their digests.

import Crypto
import Foundation
import Tooling

/// Throws unless there is a file or folder of that name that may be read.
func requireFile(_ path: String) throws {
  guard path != "-" else {
    throw ToolError(.usage, "images are read twice, so from files only, not from standard input")
  }
  if !isFolder(path) { _ = try Input(path: path) }
}

/// SHA-256 of a file; of a folder, that of a list of what is below it: a line for each regular file,
/// in the order of the names, with its digest and its path in the folder, as `sha256sum` prints it.
func digest(_ path: String) throws -> String {
  guard isFolder(path) else { return try Input(path: path).sha256() }
  guard let names = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
    throw ToolError(.noInput, "\(path): cannot be listed")
  }
  var list = ""
  for name in names.sorted() where isRegular("\(path)/\(name)") {
    list += "\(try Input(path: "\(path)/\(name)").sha256())  \(name)\n"
  }
  return hexadecimal(SHA256.hash(data: Data(list.utf8)))
}

private func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// Links followed.
private func isRegular(_ path: String) -> Bool {
  let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  let attributes = try? FileManager.default.attributesOfItem(atPath: target)
  return attributes?[.type] as? FileAttributeType == .typeRegular
}
