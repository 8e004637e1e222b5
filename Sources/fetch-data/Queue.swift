// Several downloads at once, with one bar for all of them.

import Foundation
import Synchronization
import Tooling

struct Queue {
  let downloads: [Download]
  let patience: Patience
  let jobs: Int

  /// Fetches every file that can be fetched, even when others fail.
  /// - Parameter place: returns the path of each download.
  /// - Throws: the last error; earlier errors have been reported.
  func run(place: (Download) -> String) throws {
    let total = downloads.reduce(0 as Int?) { sum, download in
      download.versions.compactMap(\.size).max().flatMap { size in sum.map { $0 + size } }
    }
    let bar = ProgressBar(label: "fetched", total: total, unit: "bytes")
    let counts = Mutex((of: [Int](repeating: 0, count: downloads.count), sum: 0))
    let errors = Mutex<[ToolError]>([])
    let fetched = Mutex(0)
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = jobs
    let places = downloads.map { (download: $0, path: place($0)) }
    let folders = Set(places.map { URL(fileURLWithPath: $0.path).deletingLastPathComponent() })
    for folder in folders { try Self.make(folder) }
    for (index, (download, path)) in places.enumerated() {
      let fetcher = Fetcher(download: download, path: path, patience: patience) { count in
        let sum = counts.withLock { counts in
          counts.sum += count - counts.of[index]
          counts.of[index] = count
          return counts.sum
        }
        bar.advance(to: sum)
      }
      queue.addOperation {
        do {
          if try fetcher.run() { fetched.withLock { $0 += 1 } }
        } catch {
          errors.withLock { $0.append(error as? ToolError ?? ToolError(.io, "\(path): \(error)")) }
        }
      }
    }
    queue.waitUntilAllOperationsAreFinished()
    if fetched.withLock({ $0 }) > 0 { bar.finish() }
    let failed = errors.withLock { $0 }
    guard let last = failed.last else { return }
    for error in failed.dropLast() { Log.fail(error.message) }
    // Among several reasons, a wrong digest is the most important one.
    throw ToolError(failed.first { $0.status != .unavailable }?.status ?? last.status, last.message)
  }

  private static func make(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw ToolError(.cannotCreate, "\(folder.path): the folder cannot be created")
    }
  }
}
