/// A GET request through libcurl.

import CCurl

/// One request, without redirections, credentials, cookies or decoding. Proxies come from the environment.
final class CurlRequest {
  private let handle: UnsafeMutableRawPointer
  private var lines: UnsafeMutablePointer<curl_slist>?
  private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var header: (UnsafeRawBufferPointer) -> Bool = { _ in false }
  private var body: (UnsafeRawBufferPointer) -> Bool = { _ in false }
  private var goesOn: () -> Bool = { false }

  /// To be done once, before any request.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// - Throws: `TransferFailure` if libcurl cannot begin.
  init(_ address: String, headers: [String]) throws {
    guard Self.isReady, let handle = curl_easy_init() else {
      throw TransferFailure(reason: "cannot be asked: libcurl does not start")
    }
    self.handle = handle
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    for line in headers { lines = curl_slist_append(lines, line) }
    curl_set_text(handle, CURLOPT_URL, address)
    curl_set_headers(handle, lines)
    curl_set_message_room(handle, message)
    // Not the answers of a proxy that is asked for a tunnel.
    curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Signals are the process's, and other threads fetch, too.
    curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(lines)
    message.deallocate()
  }

  /// Runs the request and waits for its end.
  /// - Parameters:
  ///   - header: given each line of the head, the empty last one included.
  ///   - body: given each piece of the body.
  ///   - goesOn: called at least once a second.
  ///     Each of them returns whether to go on.
  /// - Returns: nil at the end of the answer, else what ended the request, in words.
  func run(
    header: @escaping (UnsafeRawBufferPointer) -> Bool,
    body: @escaping (UnsafeRawBufferPointer) -> Bool, goesOn: @escaping () -> Bool
  ) -> String? {
    (self.header, self.body, self.goesOn) = (header, body, goesOn)
    curl_set_receiver(
      handle, Unmanaged.passUnretained(self).toOpaque(),
      { CurlRequest.take($0, $1 * $2, CurlRequest.at($3)?.header) },
      { CurlRequest.take($0, $1 * $2, CurlRequest.at($3)?.body) },
      { receiver, _, _, _, _ in CurlRequest.at(receiver)?.goesOn() == true ? 0 : 1 })
    let code = withExtendedLifetime(self) { curl_easy_perform(handle) }
    guard code != CURLE_OK else { return nil }
    let words = String(cString: message)
    return words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
  }

  private static func at(_ receiver: UnsafeMutableRawPointer?) -> CurlRequest? {
    receiver.map { Unmanaged<CurlRequest>.fromOpaque($0).takeUnretainedValue() }
  }

  /// - Returns: how many bytes were taken.
  private static func take(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
    _ taker: ((UnsafeRawBufferPointer) -> Bool)?
  ) -> Int {
    let goesOn = taker?(UnsafeRawBufferPointer(start: bytes, count: count)) ?? false
    // Any number but `count` ends the request.
    return goesOn ? count : count + 1
  }
}
