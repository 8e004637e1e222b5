// The decision from a server's answer whether its body continues the partial download.

extension Transfer {
  /// Decides from status and headers whether the body is written, and from which byte on.
  func accept(_ answer: Answer) throws {
    switch answer.status {
    case 200:
      try part.restart()
      try begin(total: answer.contentLength, answer)
    case 206:
      guard let range = answer.contentRange, range.start == part.count,
        continues(range, answer.entityTag)
      else {
        try part.restart()
        throw TransferFailure(
          reason: "has changed since the last attempt; starting again", isPassing: true)
      }
      try begin(total: range.total, answer)
    case 416:
      try part.restart()
      throw TransferFailure(reason: "has no further bytes; starting again", isPassing: true)
    case 401, 407:
      throw TransferFailure(reason: "asks for a name and a password (\(answer.status))")
    case let status:
      let passing = [408, 425, 429, 500, 502, 503, 504]
      throw TransferFailure(
        reason: "answers \(status)", isPassing: passing.contains(status),
        retryAfter: answer["retry-after"].flatMap { Int($0) }.map(Double.init))
    }
  }

  private func begin(total: Int, _ answer: Answer) throws {
    // The size and the digest are those of the file itself. A compressed body has others, and may
    // unpack to any size.
    let encoding = answer["content-encoding"] ?? "identity"
    guard encoding.isEmpty || encoding.lowercased() == "identity" else {
      throw TransferFailure(reason: "compresses the file (Content-Encoding: \(encoding))")
    }
    if let expectedSize, total >= 0, total != expectedSize {
      throw TransferFailure(reason: "offers \(total) bytes, not \(expectedSize)")
    }
    guard total <= mostBytes else {
      throw TransferFailure(reason: "offers \(total) bytes; \(Self.remedy)")
    }
    try part.begin(.init(url: url.absoluteString, entityTag: answer.entityTag, total: total))
  }

  /// Whether the range continues the same file: it has the same tag from the same address, or, without a
  /// tag, the same length.
  private func continues(_ range: (start: Int, total: Int), _ entityTag: String) -> Bool {
    guard let source = part.source else { return false }
    if source.url == url.absoluteString, !source.entityTag.isEmpty, !entityTag.isEmpty {
      return source.entityTag == entityTag
    }
    return range.total >= 0 && range.total == source.total
  }
}
