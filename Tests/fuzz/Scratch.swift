// A folder in memory for readers that need paths. All inputs of a process use the same folder.

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

  /// Writes a file and creates its folders.
  /// - Returns: The path of the file.
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

  /// Writes a file whose path may contain any bytes. If the file system refuses a name, the file is not written.
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
