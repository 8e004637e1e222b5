// The faulty server of Fixtures/http_faults.py, and a download from it.

import ChildProcesses
import Foundation
import Testing
import Tooling

/// Python, which runs the server; any version with the standard library will do.
let hasPython = (try? run("/usr/bin/env", ["python3", "-c", ""], in: Scratch()))?.status == 0

/// A server for one test. It serves `content` under the name `file.bin`, with the fault that the address states.
final class FaultServer {
  let scratch: Scratch
  let content: Data
  private let process: ChildProcess
  /// A pipe whose end also ends the server, however the test ends.
  private let lifeline = Pipe()
  let port: Int
  private let sha256: String

  init(bytes: Int = 200_000) throws {
    scratch = try Scratch()
    // The bytes do not repeat at a short distance, so that a mistake in resuming is detected.
    content = Data((0..<bytes).map { UInt8(truncatingIfNeeded: ($0 &* $0) >> 3 ^ $0) })
    sha256 = try DigestFunction.sha256.digest { [content] update in
      try content.withUnsafeBytes(update)
    }
    try scratch.write(content, to: "served/file.bin")
    let script = try #require(Bundle.module.path(forResource: "Fixtures", ofType: nil))
    try scratch.write("", to: "port")
    process = try ChildProcess(
      ["python3", "\(script)/http_faults.py", scratch.file("served")],
      input: .descriptor(lifeline.fileHandleForReading.fileDescriptor),
      output: .file(scratch.file("port")))
    var line = ""
    for _ in 0..<6000 where process.isRunning && !line.hasSuffix("\n") {
      Thread.sleep(forTimeInterval: 0.01)
      line = String(decoding: try scratch.read("port"), as: UTF8.self)
    }
    port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  var digest: String { "sha256:\(sha256)" }

  func url(_ fault: String) -> String { "http://127.0.0.1:\(port)/\(fault)/file.bin" }

  /// Runs fetch-data for `file.bin` with a manifest of these addresses.
  func fetch(
    _ addresses: String..., size: String? = nil, digest: String? = nil, options: [String] = [],
    environment: [String: String] = [:]
  ) throws -> ToolResult {
    let urls = addresses.map { $0.contains(":") ? $0 : url($0) }.joined(separator: " ")
    try scratch.write(
      "set file.bin \(size ?? "\(content.count)") \(digest ?? self.digest) \(urls)\n",
      to: "data-manifest.txt")
    return try run(
      "fetch-data", ["file.bin", "--into", "got", "--retry-delay", "0.01"] + options,
      environment: environment, in: scratch)
  }

  /// The requests so far, with method, address, Range and If-Range.
  func requests() throws -> [[String]] {
    let log = try run(
      "/usr/bin/env",
      [
        "python3", "-c",
        "import urllib.request as r; print(r.urlopen('http://127.0.0.1:\(port)/log').read().decode())",
      ], environment: ["no_proxy": "*"], in: scratch)
    return log.text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
  }

  /// Whether the file is complete, and no other file is left.
  var hasArrived: Bool { (try? scratch.read("got/file.bin")) == content && names == ["file.bin"] }

  var names: [String] { scratch.names(in: "got") }
}
