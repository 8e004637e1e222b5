// The group `convergence` of features files, valid and invalid.

import Features
import HDF5
import Schemas
import Testing

@Suite struct ConvergenceGroupTests {
  private static let agreements = [
    GradientSurvey.Agreement(images: 2, cosines: [0.5, 0.25, -1]),
    GradientSurvey.Agreement(images: 4, cosines: [0.75, 0.5, 1]),
  ]

  @Test func rowsAreNumbersOfImagesAndColumnsLayers() throws {
    let (group, cosines) = try roundTrip {
      try ConvergenceGroup(Self.agreements).write(to: $0)
    } _: { file in
      (
        try ConvergenceGroup(file, layers: 3),
        try file.root.read("convergence/cosine", as: Double.self)
      )
    }
    #expect(group?.agreements == Self.agreements)
    #expect(cosines.shape == [2, 3] && cosines.values == [0.5, 0.25, -1, 0.75, 0.5, 1])
  }

  @Test func aSurveyOfOneImageHasNoGroup() throws {
    let isThere = try roundTrip {
      try ConvergenceGroup([]).write(to: $0)
    } _: {
      try ConvergenceGroup($0, layers: 3) != nil || $0.root.contains("convergence")
    }
    #expect(!isThere)
  }

  @Test func anotherNumberOfLayersIsRefused() throws {
    let error = try refusal {
      try ConvergenceGroup(Self.agreements).write(to: $0)
    } _: {
      _ = try ConvergenceGroup($0, layers: 8)
    }
    #expect(error?.status == .data)
    #expect(error?.message.hasSuffix("'convergence/cosine' is [2, 3], not [2, 8]") == true)
  }

  @Test(arguments: ["images", "cosine"])
  func aMissingDatasetIsNamed(_ name: String) throws {
    let error = try refusal { file in
      let group = try file.root.createGroup("convergence")
      let other = name == "images" ? "cosine" : "images"
      try group.write([Int64(1)], shape: [1], to: other)
    } _: {
      _ = try ConvergenceGroup($0, layers: 1)
    }
    #expect(error?.message.hasSuffix("no 'convergence/\(name)'") == true)
  }
}
