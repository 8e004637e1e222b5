// One request for the whole file, or for the missing part of it, with its redirections.

import CCurl
import Foundation
import Tooling

/// The reason why a request did not bring the file.
struct TransferFailure: Error {
  let reason: String
  /// Whether asking again may help.
  var isPassing = false
  /// Whole seconds that the server asks to wait; dates are ignored.
  var retryAfter: Double?
}

/// A transfer that appends the body of one request to a partial download as it arrives. A server is read no faster
/// than the disk writes, and the transfer ends at the first byte too many.
final class Transfer {
  /// The number of bytes that a server must send in each period of the timeout; a slower server counts as hanging.
  static let leastBytes = 1024
  /// The largest size in bytes of a file whose size the manifest does not state.
  static let mostBytesUnstated = 16 << 30
  static let remedy =
    "state the size in the manifest to fetch more than \(mostBytesUnstated >> 30) GiB"

  let url: URL
  let part: PartialDownload
  let expectedSize: Int?
  private let onProgress: (Int) -> Void
  private let timeout: Duration
  private var answer = Answer()
  private var failure: (any Error)?
  /// The address of the next request, which redirections change.
  private var address: URL
  private var nextURL: URL?
  /// The time and result of the last count of bytes.
  private var mark: (time: ContinuousClock.Instant, count: Int)

  init(
    _ url: URL, into part: PartialDownload, expectedSize: Int?, timeout: Double,
    onProgress: @escaping (Int) -> Void
  ) {
    self.url = url
    self.part = part
    self.expectedSize = expectedSize
    self.timeout = .seconds(timeout)
    self.onProgress = onProgress
    address = url
    mark = (.now, part.count)
  }

  /// The largest number of bytes that the file may have.
  var mostBytes: Int { expectedSize ?? Self.mostBytesUnstated }

  /// Runs the request and waits for its end.
  /// - Throws: `TransferFailure`, or a `ToolError` when writing to the disk fails.
  func run() throws {
    mark = (.now, part.count)
    for _ in 0...10 {
      guard let next = try request() else { return }
      address = next
    }
    throw TransferFailure(reason: "redirects more than 10 times")
  }

  /// Sends one request.
  /// - Returns: the address that the server redirects to; nil when the file is whole.
  private func request() throws -> URL? {
    (answer, failure, nextURL) = (Answer(), nil, nil)
    let request = try CurlRequest(address.absoluteString, headers: headers)
    let problem = request.run(
      header: { line in self.noting { try self.receive(header: line) } },
      body: { piece in self.noting { try self.receive(piece) } },
      goesOn: { self.noting { try self.checkPace() } })
    if let failure { throw failure }
    if let nextURL { return nextURL }
    if let problem { throw TransferFailure(reason: problem, isPassing: true) }
    let total = expectedSize ?? part.source?.total ?? -1
    guard answer.isComplete, total < 0 || part.count == total else {
      let sum = total < 0 ? "" : " of \(total)"
      throw TransferFailure(reason: "ended after \(part.count)\(sum) bytes", isPassing: true)
    }
    return nil
  }

  private var headers: [String] {
    // A server that compresses during the transfer would change the bytes and their number.
    var lines = ["Accept-Encoding: identity", "User-Agent: feature-init/\(version)"]
    guard part.count > 0, let source = part.source else { return lines }
    lines.append("Range: bytes=\(part.count)-")
    // Weak tags do not guarantee equal bytes.
    if source.url == url.absoluteString, source.entityTag.hasPrefix("\"") {
      lines.append("If-Range: \(source.entityTag)")
    }
    return lines
  }

  /// Runs a step and keeps its error.
  /// - Returns: whether the request continues.
  private func noting(_ step: () throws -> Bool) -> Bool {
    do { return try step() } catch {
      failure = error
      return false
    }
  }

  private func receive(header line: UnsafeRawBufferPointer) throws -> Bool {
    let wasComplete = answer.isComplete
    try answer.add(line)
    guard answer.isComplete, !wasComplete else { return true }
    guard let location = answer.location else {
      try accept(answer)
      return true
    }
    guard let target = URL(string: location, relativeTo: address)?.absoluteURL, isWeb(target) else {
      throw TransferFailure(reason: "redirects to an address that is not http or https")
    }
    nextURL = target
    return false
  }

  private func receive(_ piece: UnsafeRawBufferPointer) throws -> Bool {
    let offered = part.source.map(\.total).flatMap { $0 < 0 ? nil : $0 } ?? .max
    let most = min(mostBytes, offered)
    guard piece.count <= most - part.count else {
      try part.restart()
      let remedy = most == Self.mostBytesUnstated ? "; \(Self.remedy)" : ""
      throw TransferFailure(reason: "sends more than \(most) bytes\(remedy)")
    }
    try part.append(piece)
    onProgress(part.count)
    return true
  }

  /// Ends a request that brings too few bytes, whether it is connecting, answering or sending.
  private func checkPace() throws -> Bool {
    let now = ContinuousClock.now
    guard now - mark.time >= timeout else { return true }
    guard part.count - mark.count >= Self.leastBytes else {
      let seconds = Format.duration(Double((now - mark.time).components.seconds))
      throw TransferFailure(
        reason: "sent \(part.count - mark.count) bytes in \(seconds)", isPassing: true)
    }
    mark = (now, part.count)
    return true
  }
}
