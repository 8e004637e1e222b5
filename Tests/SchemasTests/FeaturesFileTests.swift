// The attributes of a features file are checked when it is read.

import Features
import HDF5
import Schemas
import Testing

struct FeaturesFileTests {
  private static func write(gain: String?, to file: File) throws {
    let network = try smallNetwork(0.1)
    let features = try FeatureSet.nfm(network)
    try FeaturesFile(features, labels: Labels()).write(to: file)
    if let gain { try file.root.setAttribute("features_gain", .string(gain)) }
  }

  @Test("The gain is folded, outside, or absent", arguments: ["folded", "outside", nil])
  func namedGainsAreRead(gain: String?) throws {
    let read = try roundTrip(
      { try Self.write(gain: gain, to: $0) },
      { try FeaturesFile($0).labels[.featuresGain]?.string })
    #expect(read == gain)
  }

  @Test("Any other text in features_gain is refused")
  func otherGainsAreRefused() throws {
    let error = try refusal(
      { try Self.write(gain: "sideways", to: $0) }, { _ = try FeaturesFile($0) })
    let message = try #require(error?.description)
    #expect(message.contains("'features_gain'") && message.contains("folded or outside"))
  }
}
