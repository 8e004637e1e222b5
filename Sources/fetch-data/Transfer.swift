/// One request to one server: the whole file, or what is missing of it.

import Foundation
import FoundationNetworking
import Tooling

/// Why a request did not bring the file.
struct TransferFailure: Error {
  let reason: String
  /// Whether asking again may help.
  var isPassing = false
  /// Seconds that the server asks to wait.
  var retryAfter: Double?
}

/// Appends to a partial download what one request brings. The session calls it on one queue at a
/// time, and the waiting thread reads its outcome only after the last call: hence `@unchecked`.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  let url: URL
  let part: PartialDownload
  let expectedSize: Int?
  private let onProgress: (Int) -> Void
  private let isDone = DispatchSemaphore(value: 0)
  private var failure: (any Error)?
  private var redirections = 0

  init(
    _ url: URL, into part: PartialDownload, expectedSize: Int?, onProgress: @escaping (Int) -> Void
  ) {
    self.url = url
    self.part = part
    self.expectedSize = expectedSize
    self.onProgress = onProgress
  }

  /// Runs the request and waits for its end.
  /// - Throws: `TransferFailure`, or a `ToolError` when the disk refuses.
  func run(timeout: Double) throws {
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
    // A server that compresses on the fly would change the bytes and their number.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    request.setValue("feature-init/\(version)", forHTTPHeaderField: "User-Agent")
    if part.count > 0, let source = part.source {
      request.setValue("bytes=\(part.count)-", forHTTPHeaderField: "Range")
      // Weak tags do not promise equal bytes.
      if source.url == url.absoluteString, source.entityTag.hasPrefix("\"") {
        request.setValue(source.entityTag, forHTTPHeaderField: "If-Range")
      }
    }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = timeout
    configuration.httpShouldSetCookies = false
    configuration.urlCredentialStorage = nil
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    session.dataTask(with: request).resume()
    isDone.wait()
    session.invalidateAndCancel()
    if let failure { throw failure }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    do {
      guard let response = response as? HTTPURLResponse else {
        throw TransferFailure(reason: "the answer is not HTTP")
      }
      try accept(response)
      completionHandler(.allow)
    } catch {
      failure = error
      completionHandler(.cancel)
    }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil else { return }
    do {
      let most = expectedSize ?? part.source.map(\.total).flatMap { $0 < 0 ? nil : $0 } ?? .max
      guard data.count <= most - part.count else {
        try part.restart()
        throw TransferFailure(reason: "sends more than \(most) bytes")
      }
      try part.append(data)
      onProgress(part.count)
    } catch {
      failure = error
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    redirections += 1
    guard let target = request.url, isWeb(target), redirections <= 10 else {
      failure = TransferFailure(reason: "redirects to where nothing is fetched from")
      completionHandler(nil)
      return
    }
    completionHandler(request)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    if failure == nil { failure = outcome(error) }
    isDone.signal()
  }

  private func outcome(_ error: (any Error)?) -> TransferFailure? {
    if let error {
      return TransferFailure(reason: error.localizedDescription, isPassing: true)
    }
    let total = expectedSize ?? part.source?.total ?? -1
    guard total < 0 || part.count == total else {
      return TransferFailure(
        reason: "ended after \(part.count) of \(total) bytes", isPassing: true)
    }
    return nil
  }
}
