// A folder in memory for readers that take paths; the same for all inputs of a process.

import Foundation

enum Scratch {
  static let folder: String = {
    let memory = "/dev/shm"
    let parent = access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
    let folder = "\(parent)/feature-init-fuzz-\(getpid())"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: Scratch.folder) }
    return folder
  }()

  /// Writes a file, with the folders on the way to it.
  /// - Returns: its path.
  static func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let url = URL(fileURLWithPath: "\(folder)/\(name)")
    let data = Data(bytes)
    if (try? data.write(to: url)) == nil {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: url)
    }
    return url.path
  }

  /// Writes a file whose path's names may be any bytes; it is not there when the file system refuses one.
  static func write(_ bytes: [UInt8], atNames names: [[UInt8]]) {
    var path = Array(folder.utf8CString.dropLast())
    for name in names.dropLast() {
      path += [CChar(bitPattern: UInt8(ascii: "/"))] + name.map(CChar.init(bitPattern:))
      _ = mkdir(path + [0], 0o755)
    }
    guard let last = names.last else { return }
    path += [CChar(bitPattern: UInt8(ascii: "/"))] + last.map(CChar.init(bitPattern:))
    let file = open(path + [0], O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { return }
    _ = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    close(file)
  }
}
