// A GET request through libcurl.

import CCurl

/// A GET request without redirections, credentials, cookies or decoding. Proxies come from the environment.
final class CurlRequest {
  private let handle: UnsafeMutableRawPointer
  private var lines: UnsafeMutablePointer<curl_slist>?
  private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var header: (UnsafeRawBufferPointer) -> Bool = { _ in false }
  private var body: (UnsafeRawBufferPointer) -> Bool = { _ in false }
  private var goesOn: () -> Bool = { false }

  /// Whether libcurl is initialised, which happens once, before any request.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Prepares a request.
  /// - Throws: `TransferFailure` if libcurl cannot start.
  init(_ address: String, headers: [String]) throws {
    guard Self.isReady, let handle = curl_easy_init() else {
      throw TransferFailure(reason: "cannot be reached: libcurl does not start")
    }
    self.handle = handle
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    for line in headers { lines = curl_slist_append(lines, line) }
    curl_set_text(handle, CURLOPT_URL, address)
    curl_set_headers(handle, lines)
    curl_set_message_room(handle, message)
    // The answers of a proxy to a request for a tunnel are left out.
    curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Signals concern the whole process, in which other threads fetch, too.
    curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(lines)
    message.deallocate()
  }

  /// Runs the request and waits for its end.
  /// - Parameters:
  ///   - header: takes each line of the head, including the empty last one.
  ///   - body: takes each piece of the body.
  ///   - goesOn: is called at least once a second.
  ///     Each of the three returns whether to continue.
  /// - Returns: nil at the end of the answer, else a message on what ended the request.
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

  /// Passes a piece of the answer to `taker`.
  /// - Returns: the number of bytes taken.
  private static func take(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
    _ taker: ((UnsafeRawBufferPointer) -> Bool)?
  ) -> Int {
    let goesOn = taker?(UnsafeRawBufferPointer(start: bytes, count: count)) ?? false
    // Any number other than `count` ends the request.
    return goesOn ? count : count + 1
  }
}
