// Fetching one file: the local file is checked first, then every version, address and attempt until the digest fits.

import Foundation
import Tooling

/// Limits on attempts and waiting.
struct Patience: Sendable {
  /// Number of further attempts at an address that fails without progress.
  var retries: Int
  /// Seconds before the first further attempt; doubled each time, a minute at most.
  var delay: Double
  /// Seconds in which an attempt must bring 1 KiB, or it fails.
  var timeout: Double
  var isOffline: Bool
}

struct Fetcher: Sendable {
  let download: Download
  /// The path that the file will have.
  let path: String
  let patience: Patience
  /// Called with the number of bytes that are here.
  let onProgress: @Sendable (Int) -> Void

  /// Fetches the file unless it is here already.
  /// - Returns: whether it was fetched now.
  /// - Throws: a `ToolError` whose message says how to get the file by hand.
  func run() throws -> Bool {
    if try isHere() { return false }
    var reasons: [String] = []
    var hasWrongDigest = false
    for version in download.versions {
      for url in version.urls {
        do {
          guard try fetch(version, from: url) else { continue }
          Log.say("\(path): \(Format.amount(fileSize(of: path) ?? 0, "bytes")), checked")
          return true
        } catch let failure as TransferFailure {
          reasons.append("\(url.host ?? url.path): \(failure.reason)")
        } catch let wrong as WrongDigest {
          hasWrongDigest = true
          reasons.append("\(url.host ?? url.path): \(wrong.reason)")
        }
      }
    }
    if patience.isOffline { reasons.append("--offline") }
    throw ToolError(hasWrongDigest ? .data : .unavailable, byHand(reasons))
  }

  private func byHand(_ reasons: [String]) -> String {
    let why = reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"
    let address = download.versions.flatMap(\.urls).first(where: isWeb)?.absoluteString
    let source = address.map { " from \($0)" } ?? ""
    return
      "\(download.file): cannot be fetched\(why); get it\(source) by hand and put it at \(path)"
  }

  /// Whether the file is here with the right digest. A file with a wrong digest is renamed.
  private func isHere() throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    guard fileSize(of: path) != nil else {
      throw ToolError(.cannotCreate, "\(path): is not a regular file; remove it")
    }
    guard let found = try download.mismatch(of: path) else {
      onProgress(fileSize(of: path) ?? 0)
      return true
    }
    guard !patience.isOffline else {
      throw ToolError(.data, "\(path): has \(found), not \(download.expectation)")
    }
    Log.warn(
      "\(path): has \(found), not \(download.expectation); kept as \(path).bad and fetched again")
    guard rename(path, path + ".bad") == 0 else {
      throw ToolError.system(.io, path)
    }
    return false
  }

  /// Fetches a version from an address.
  /// - Returns: false when this address cannot be used here and now.
  private func fetch(_ version: Version, from url: URL) throws -> Bool {
    guard isWeb(url) else { return try copy(version, from: url) }
    guard !patience.isOffline else { return false }
    let part = try PartialDownload(of: path)
    defer { part.removeIfEmpty() }
    // Another process may have fetched it while this one waited.
    if FileManager.default.fileExists(atPath: path), try isHere() { return true }
    if let size = version.size, part.count > size || (part.source?.total ?? size) != size {
      try part.restart()
    }
    Log.say("\(download.file): \(part.count > 0 ? "resuming" : "fetching") from \(url.host ?? "")")
    try transfer(version, from: url, into: part)
    if let found = try version.digest.mismatch(of: part.path) {
      try part.rename(to: path + ".bad")
      throw WrongDigest(reason: "sent \(found), not \(version.digest); kept as \(path).bad")
    }
    try part.rename(to: path)
    return true
  }

  /// Repeats requests until the file is whole. Attempts that bring a kilobyte do not count as failures.
  private func transfer(_ version: Version, from url: URL, into part: PartialDownload) throws {
    if let size = version.size, part.count == size { return }
    var failures = 0
    var most = part.count
    while true {
      do {
        let transfer = Transfer(
          url, into: part, expectedSize: version.size, timeout: patience.timeout,
          onProgress: onProgress)
        return try transfer.run()
      } catch let failure as TransferFailure where failure.isPassing {
        failures = part.count - most >= Transfer.leastBytes ? 1 : failures + 1
        most = max(most, part.count)
        guard failures <= patience.retries else { throw failure }
        let doubled = patience.delay * Double(1 << min(failures - 1, 16))
        let wait = min(60, max(doubled, failure.retryAfter ?? 0))
        Log.say(
          "\(download.file): \(url.host ?? "") \(failure.reason); again in \(Format.duration(wait))"
        )
        Thread.sleep(forTimeInterval: wait)
      }
    }
  }

  /// Copies a file from a `file:` URL, such as that of a system package, if it exists.
  private func copy(_ version: Version, from url: URL) throws -> Bool {
    guard FileManager.default.fileExists(atPath: url.path) else { return false }
    guard let there = fileSize(of: url.path) else {
      throw TransferFailure(reason: "\(url.path) is not a regular file")
    }
    if let size = version.size, there != size {
      throw TransferFailure(reason: "has \(there) bytes, not \(size)")
    }
    if let found = try version.digest.mismatch(of: url.path) {
      throw WrongDigest(reason: "is \(found), not \(version.digest)")
    }
    let input = try Input(path: url.path)
    try Output(path: path).writePieces { try input.forEachPiece($0) }
    if let found = try version.digest.mismatch(of: path) {
      throw WrongDigest(reason: "became \(found) while it was copied")
    }
    onProgress(fileSize(of: path) ?? 0)
    return true
  }
}

/// The error that a whole file has a wrong digest.
struct WrongDigest: Error { let reason: String }

extension Download {
  /// The accepted digests, for messages.
  var expectation: String { versions.map(\.digest.description).joined(separator: " or ") }

  /// Compares a file with the versions.
  /// - Returns: nil when the file is one of them; else its size or digest.
  func mismatch(of path: String) throws -> String? {
    var found = ""
    let there = fileSize(of: path)
    for version in versions {
      if let size = version.size, size != there {
        if found.isEmpty { found = "\(there ?? 0) bytes" }
        continue
      }
      guard let digest = try version.digest.mismatch(of: path) else { return nil }
      found = digest
    }
    return found
  }
}

/// The size in bytes of a file, or of the file that a link leads to; nil when there is none.
func fileSize(of path: String) -> Int? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return Int(status.st_size)
}
