/// Timings on large files, run only when FEATURE_INIT_IMAGES names them (separated by colons).
import Foundation
import ImageFormats
import Testing

private let files =
  ProcessInfo.processInfo.environment["FEATURE_INIT_IMAGES"]?
  .split(separator: ":").map(String.init) ?? []

@Test(.enabled(if: !files.isEmpty, "set FEATURE_INIT_IMAGES to time large files"))
func timings() throws {
  for file in files {
    let clock = ContinuousClock()
    var set: ImageSet?
    let survey = try clock.measure {
      set = try ImageSet.open(file.split(separator: ",").map(String.init))
    }
    guard let set else { continue }
    var statistics = ChannelStatistics(channels: 1)
    let decoding = try clock.measure { statistics = try set.read(threads: 2) { _ in } }
    let count = set.count(.train) + set.count(.test)
    print(
      "\(file): \(count) images of \(set.height)×\(set.width)×\(set.channels),",
      "survey \(survey), decoding \(decoding), mean \(statistics.mean), std \(statistics.std)")
  }
}
