/// One request to one server, redirections included: the whole file, or what is missing of it.

import CCurl
import Foundation
import Tooling

/// Why a request did not bring the file.
struct TransferFailure: Error {
  let reason: String
  /// Whether asking again may help.
  var isPassing = false
  /// Whole seconds that the server asks to wait; dates are not read.
  var retryAfter: Double?
}

/// Appends to a partial download what one request brings, as it arrives: a server is read no faster than
/// the disk writes, and is left at the first byte too many.
final class Transfer {
  /// A slower server than one of so many bytes in each period of the timeout is one that hangs.
  static let leastBytes = 1024
  /// The longest file whose size the manifest does not state.
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
  /// The address that is asked, and the one that it names instead.
  private var address: URL
  private var nextURL: URL?
  /// When the count of bytes was looked at last, and what it was.
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

  /// What the file may have at most.
  var mostBytes: Int { expectedSize ?? Self.mostBytesUnstated }

  /// Runs the request and waits for its end.
  /// - Throws: `TransferFailure`, or a `ToolError` when the disk refuses.
  func run() throws {
    mark = (.now, part.count)
    for _ in 0...10 {
      guard let next = try request() else { return }
      address = next
    }
    throw TransferFailure(reason: "redirects more than 10 times")
  }

  /// - Returns: where the server sends this request instead; nil when the file is whole.
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
    // A server that compresses on the fly would change the bytes and their number.
    var lines = ["Accept-Encoding: identity", "User-Agent: feature-init/\(version)"]
    guard part.count > 0, let source = part.source else { return lines }
    lines.append("Range: bytes=\(part.count)-")
    // Weak tags do not promise equal bytes.
    if source.url == url.absoluteString, source.entityTag.hasPrefix("\"") {
      lines.append("If-Range: \(source.entityTag)")
    }
    return lines
  }

  /// - Returns: whether the request goes on.
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
      throw TransferFailure(reason: "redirects to where nothing is fetched from")
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

  /// Ends a request that brings nearly nothing, whatever it does: connect, answer, or send.
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
