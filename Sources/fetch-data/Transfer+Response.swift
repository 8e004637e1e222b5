/// What a server's answer means for the part that is here already.

import Foundation
import FoundationNetworking

extension Transfer {
  /// Decides from status and headers whether the body is taken, and where it goes.
  func accept(_ response: HTTPURLResponse) throws {
    let entityTag = response.value(forHTTPHeaderField: "ETag") ?? ""
    switch response.statusCode {
    case 200:
      try part.restart()
      try begin(total: contentLength(response), entityTag)
    case 206:
      guard let range = contentRange(response), range.start == part.count,
        continues(range, entityTag)
      else {
        try part.restart()
        throw TransferFailure(
          reason: "has changed since the last attempt; starting again", isPassing: true)
      }
      try begin(total: range.total, entityTag)
    case 416:
      try part.restart()
      throw TransferFailure(reason: "has no more to give; starting again", isPassing: true)
    case let status:
      let passing = [408, 425, 429, 500, 502, 503, 504]
      throw TransferFailure(
        reason: "answers \(status)", isPassing: passing.contains(status),
        retryAfter: response.value(forHTTPHeaderField: "Retry-After").flatMap(Double.init))
    }
  }

  private func begin(total: Int, _ entityTag: String) throws {
    if let expectedSize, total >= 0, total != expectedSize {
      throw TransferFailure(reason: "offers \(total) bytes, not \(expectedSize)")
    }
    // Line ends in a header would break the note's form; a server that sends them gets no resuming.
    let tag = entityTag.contains(where: \.isNewline) ? "" : entityTag
    try part.begin(.init(url: url.absoluteString, entityTag: tag, total: total))
  }

  /// The rest may be appended only if it is the rest of the same file: the same tag from the same
  /// address, else the same length.
  private func continues(_ range: (start: Int, total: Int), _ entityTag: String) -> Bool {
    guard let source = part.source else { return false }
    if source.url == url.absoluteString, !source.entityTag.isEmpty, !entityTag.isEmpty {
      return source.entityTag == entityTag
    }
    return range.total >= 0 && range.total == source.total
  }

  private func contentLength(_ response: HTTPURLResponse) -> Int {
    response.value(forHTTPHeaderField: "Content-Length").flatMap { Int($0) } ?? -1
  }

  /// Reads `bytes 100-199/200`; the total is -1 for `*`.
  private func contentRange(_ response: HTTPURLResponse) -> (start: Int, total: Int)? {
    guard let text = response.value(forHTTPHeaderField: "Content-Range"), text.hasPrefix("bytes ")
    else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2, let start = parts[0].split(separator: "-").first.flatMap({ Int($0) })
    else { return nil }
    return (start, Int(parts[1]) ?? -1)
  }
}
