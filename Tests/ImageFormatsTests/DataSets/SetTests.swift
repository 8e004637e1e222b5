// Whole data sets: labels, names, pixels and statistics against NumPy's, for several numbers of threads.

import Foundation
import ImageFormats
import Testing

@Test(arguments: FixtureFolder.all)
func setsDecode(_ folder: FixtureFolder) throws {
  let sets = try folder.decode("sets.json", as: [String: ExpectedSet].self)
  for (name, expected) in sets {
    let set = try ImageSet.open(expected.files.map(folder.path))
    #expect(set.classes == expected.classes, "\(name)")
    #expect([set.height, set.width, set.channels] == expected.shape, "\(name)")
    #expect(set.labels(.train) == expected.trainLabels, "\(name)")
    #expect(set.labels(.test) == expected.testLabels, "\(name)")
    let whole = try WholeSet(set, threads: 1)
    #expect(whole.images[0] == [UInt8](expected.train), "\(name)")
    #expect(whole.images[1] == [UInt8](expected.test), "\(name)")
    #expect(try WholeSet(set, threads: 3) == whole, "\(name)")
    for (mine, theirs) in zip(whole.statistics.mean, expected.mean) {
      #expect(abs(mine - theirs) < 1e-12, "\(name)")
    }
    for (mine, theirs) in zip(whole.statistics.std, expected.std) {
      #expect(abs(mine - theirs) < 1e-12, "\(name)")
    }
  }
}

@Test func optionsPadResizeAndLimit() throws {
  let expected = try #require(
    try FixtureFolder.committed.decode("sets.json", as: [String: ExpectedSet].self)["idx.gz"])
  let files = expected.files.map(FixtureFolder.committed.path)
  let set = try ImageSet.open(files, options: .init(pad: 8, limit: 4))
  #expect(set.height == 8 && set.width == 8 && set.channels == 1)
  // Four images of four classes, in the order of the source.
  #expect(set.count(.train) == 4 && Set(set.labels(.train)).count == 4)
  let whole = try WholeSet(set, threads: 2)
  let small = try WholeSet(
    ImageSet.open(files, options: .init(resize: 7, limit: 4)), threads: 2)
  var row = 0
  for (place, label) in set.labels(.train).enumerated() {
    let padded = whole.images[0][(place * 64)..<((place + 1) * 64)]
    let images = try expected.trainLabels.indices.map {
      try Image([6, 5, 1], expected.train[($0 * 30)..<(($0 + 1) * 30)])
    }
    let found = try images.indices.first {
      let isLike = try images[$0].padded(to: 8).pixels == Array(padded)
      return $0 >= row && expected.trainLabels[$0] == label && isLike
    }
    row = try #require(found)
    let source = images[row]
    #expect(
      Array(small.images[0][(place * 49)..<((place + 1) * 49)])
        == (try source.resized(height: 7, width: 7).pixels))
    row += 1
  }
  #expect(throws: ImageFormatError.self) { try ImageSet.open(files, options: .init(pad: 5)) }
  #expect(throws: ImageFormatError.self) { try ImageSet.open(files, options: .init(limit: 1000)) }
}

@Test func classesAreChosenThenNumberedAgain() throws {
  let expected = try #require(
    try FixtureFolder.committed.decode("sets.json", as: [String: ExpectedSet].self)["idx.gz"])
  let files = expected.files.map(FixtureFolder.committed.path)
  let all = try WholeSet(ImageSet.open(files), threads: 1)
  let names = try ImageSet.open(files).classes
  let selection = try #require(ClassSelection("7,1-2"))
  let set = try ImageSet.open(files, options: .init(classes: selection))
  let rows = expected.trainLabels.indices.filter { [1, 2, 7].contains(expected.trainLabels[$0]) }
  #expect(!rows.isEmpty)
  #expect(set.labels(.train) == rows.map { [1: 0, 2: 1, 7: 2][expected.trainLabels[$0]] ?? 99 })
  #expect(set.name.hasSuffix(":7,1-2") && set.classes == [1, 2, 7].map { names[$0] })
  let whole = try WholeSet(set, threads: 2)
  let size = set.height * set.width * set.channels
  #expect(whole.images[0] == rows.flatMap { all.images[0][$0 * size..<($0 + 1) * size] })
  let few = try ImageSet.open(files, options: .init(limit: 2, classes: selection))
  #expect(few.count(.train) == 2)
  #expect(throws: ImageFormatError.self) {
    try ImageSet.open(files, options: .init(classes: ClassSelection("3-10")))
  }
}

@Test(arguments: ["", "1,,2", "a,", "a\nb"])
func malformedClassSelectionsAreRefused(_ text: String) { #expect(ClassSelection(text) == nil) }
