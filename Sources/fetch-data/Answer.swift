// The head of a server's answer: status and headers.

/// The status and headers of an answer, collected line by line.
struct Answer {
  private(set) var status = 0
  private(set) var isComplete = false
  private var headers: [String: String] = [:]
  private var bytes = 0

  /// The largest number of bytes of headers. Servers need far less, and only recent versions of libcurl have such
  /// a limit.
  private static let mostBytes = 256 << 10

  /// Adds the next line.
  /// - Throws: `TransferFailure` if there are too many.
  mutating func add(_ line: UnsafeRawBufferPointer) throws {
    bytes += line.count
    guard bytes <= Self.mostBytes else {
      throw TransferFailure(reason: "sends more than \(Self.mostBytes >> 10) KiB of headers")
    }
    // Lines after the body are trailers, which are ignored.
    guard !isComplete else { return }
    let text = String(decoding: line, as: UTF8.self).trimmingSuffix(while: \.isWhitespace)
    if text.isEmpty {
      // An interim answer (100 Continue) is followed by another one.
      isComplete = status >= 200
    } else if text.hasPrefix("HTTP/") {
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      headers = [:]
    } else if let colon = text.firstIndex(of: ":") {
      let value = text[text.index(after: colon)...].drop(while: \.isWhitespace)
      headers[text[..<colon].lowercased()] = String(value)
    }
  }

  /// The value of a header, by its name in lower case.
  subscript(name: String) -> String? { headers[name] }

  /// The number of bytes of the body; -1 if the server does not state it.
  var contentLength: Int { headers["content-length"].flatMap { Int($0) } ?? -1 }

  /// The range in `bytes 100-199/200`; the total is -1 for `*`.
  var contentRange: (start: Int, total: Int)? {
    guard let text = headers["content-range"], text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2, let start = parts[0].split(separator: "-").first.flatMap({ Int($0) })
    else { return nil }
    return (start, Int(parts[1]) ?? -1)
  }

  /// The tag of the file's version, which a later request repeats; empty if it cannot be repeated unchanged.
  var entityTag: String {
    let tag = headers["etag"] ?? ""
    return tag.allSatisfy { $0.isASCII && !$0.isNewline && $0 >= " " && $0 != "\u{7F}" } ? tag : ""
  }

  /// The address that the server redirects to.
  var location: String? {
    [301, 302, 303, 307, 308].contains(status) ? headers["location"] : nil
  }
}

extension String {
  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
    var text = self[...]
    while let last = text.last, isDropped(last) { text.removeLast() }
    return text
  }
}
