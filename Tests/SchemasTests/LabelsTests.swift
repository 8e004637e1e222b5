// Labels, which each stage passes on to the next.

import HDF5
import Schemas
import Testing

@Suite struct LabelsTests {
  @Test func attributesOfTheThreeKindsAreLabels() throws {
    let labels = try roundTrip { file in
      try file.root.setAttribute("init_method", .string("nfm"))
      try file.root.setAttribute("source_of_another_program", .integer(3))
      try file.root.setAttribute("features_shift", .string("none"))
      try file.root.setAttribute("initial", .string("no label: 'init_' ends in a line"))
      try file.root.setAttribute("architecture", .string("vgg11"))
    } _: {
      try Labels($0)
    }
    let names = try roundTrip {
      try labels.write(to: $0)
    } _: {
      try $0.root.attributeNames()
    }
    #expect(names.sorted() == ["features_shift", "init_method", "source_of_another_program"])
    #expect(labels[.initMethod] == .string("nfm"))
    #expect(labels[.initSeed] == nil)
  }

  @Test func eachStagePassesOnTheLabelsItsOutputDependsOn() throws {
    var labels = Labels([
      .initMethod: .string("nfm"), .sourceSeed: .integer(2), .featuresKind: .string("agop"),
    ])
    labels.sourceWarnings = ["features.0: 3 of 64 filters are zero"]
    #expect(labels.source[.sourceSeed] == .integer(2))
    #expect(labels.source.sourceWarnings == labels.sourceWarnings)
    #expect(labels.source[.featuresKind] == nil && labels.source[.initMethod] == nil)
    #expect(labels.features[.featuresKind] == .string("agop"))
    #expect(labels.features[.sourceSeed] == .integer(2) && labels.features[.initMethod] == nil)
  }

  @Test func emptyWarningsAreNotStored() {
    var labels = Labels()
    labels.sourceWarnings = ["a fault"]
    labels.sourceWarnings = []
    #expect(labels == Labels())
  }

  @Test(arguments: Labels.Key.allCases)
  func everyKeyIsReadBack(_ key: Labels.Key) throws {
    let labels = Labels([key: .string("x")])
    #expect(
      try roundTrip {
        try labels.write(to: $0)
      } _: {
        try Labels($0)
      } == labels)
  }
}
