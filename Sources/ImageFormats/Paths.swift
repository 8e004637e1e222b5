/// The little that is asked of the file system.
import Foundation

/// Bytes of a file; throws when there is none.
func fileSize(_ path: String) throws -> Int {
  let attributes = try? FileManager.default.attributesOfItem(
    atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
  guard let size = attributes?[.size] as? NSNumber else {
    throw ImageFormatError(path, "cannot be opened")
  }
  return size.intValue
}

/// The last component.
func baseName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
