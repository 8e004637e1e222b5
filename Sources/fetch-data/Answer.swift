/// What a server says before the body of an answer.

/// A status and headers, collected line by line.
struct Answer {
  private(set) var status = 0
  private(set) var isComplete = false
  private var headers: [String: String] = [:]
  private var bytes = 0

  /// Servers need far less; libcurl has a limit of this kind in recent versions only.
  private static let mostBytes = 256 << 10

  /// Takes the next line.
  /// - Throws: `TransferFailure` if there are too many.
  mutating func add(_ line: UnsafeRawBufferPointer) throws {
    bytes += line.count
    guard bytes <= Self.mostBytes else {
      throw TransferFailure(reason: "sends more than \(Self.mostBytes >> 10) KiB of headers")
    }
    // What follows a body are trailers, which nothing is read from.
    guard !isComplete else { return }
    let text = String(decoding: line, as: UTF8.self).trimmingSuffix(while: \.isWhitespace)
    if text.isEmpty {
      // After an interim answer (100 Continue) comes another.
      isComplete = status >= 200
    } else if text.hasPrefix("HTTP/") {
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      headers = [:]
    } else if let colon = text.firstIndex(of: ":") {
      let value = text[text.index(after: colon)...].drop(while: \.isWhitespace)
      headers[text[..<colon].lowercased()] = String(value)
    }
  }

  /// A header by its name in lower case.
  subscript(name: String) -> String? { headers[name] }

  /// Bytes of the body; -1 where the server does not say.
  var contentLength: Int { headers["content-length"].flatMap { Int($0) } ?? -1 }

  /// Reads `bytes 100-199/200`; the total is -1 for `*`.
  var contentRange: (start: Int, total: Int)? {
    guard let text = headers["content-range"], text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2, let start = parts[0].split(separator: "-").first.flatMap({ Int($0) })
    else { return nil }
    return (start, Int(parts[1]) ?? -1)
  }

  /// The version of the file, which a later request names again; empty where it could not be named as it is.
  var entityTag: String {
    let tag = headers["etag"] ?? ""
    return tag.allSatisfy { $0.isASCII && !$0.isNewline && $0 >= " " && $0 != "\u{7F}" } ? tag : ""
  }

  /// Where the server says that the file is.
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
