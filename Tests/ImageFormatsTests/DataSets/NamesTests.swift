// Names of classes and sets: order, spelling and choice.

import Foundation
import ImageFormats
import Testing

/// Makes class folders of one picture each below a new folder, removed after `body`.
private func withFolders(_ folders: [String], _ body: (String) throws -> Void) throws {
  let root = FileManager.default.temporaryDirectory
    .appendingPathComponent("names-tests-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: root) }
  let picture = try Data(FixtureFolder.committed.bytes("colour.png"))
  for folder in folders {
    // The path is split at bytes, since Foundation's paths may change the spelling of a name.
    var path = root + "/set"
    for part in folder.utf8.split(separator: UInt8(ascii: "/")) {
      path += "/" + String(decoding: part, as: UTF8.self)
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    }
    #expect(FileManager.default.createFile(atPath: path + "/0.png", contents: picture))
  }
  try body(root + "/set")
}

/// The problem in the ImageFormatError that `body` must throw.
private func problem(_ body: () throws -> Void) -> String {
  do {
    try body()
  } catch {
    return (error as? ImageFormatError)?.problem ?? "another error: \(error)"
  }
  return "nothing was thrown"
}

@Test func classFoldersAreNumberedByCodePoint() throws {
  // U+FB00 is below U+1F34E, but above it in UTF-16; "é" is above "z", and below it when decomposed.
  let names = ["0", "1", "10", "2", "z", "é", "\u{FB00}", "\u{1F34E}"]
  try withFolders(names.reversed()) { folder in
    let set = try ImageSet.open([folder])
    #expect(set.classes == names)
  }
}

@Test func aClassMayBeginWithACombiningMark() throws {
  let folders = ["train/\u{301}acute", "train/plain", "test/\u{301}acute"]
  try withFolders(folders) { folder in
    let set = try ImageSet.open([folder])
    #expect(set.classes == ["plain", "\u{301}acute"])
    #expect(set.labels(.train).sorted() == [0, 1] && set.labels(.test) == [1])
  }
}

@Test func composedAndDecomposedNamesAreOneClassBetweenPartsOnly() throws {
  try withFolders(["train/caf\u{e9}", "train/tea", "test/cafe\u{301}"]) { folder in
    let set = try ImageSet.open([folder])
    #expect(set.classes == ["caf\u{e9}", "tea"] && set.labels(.test) == [0])
    #expect(set.notes.contains { $0.contains("taken as one class") })
  }
  try withFolders(["caf\u{e9}", "cafe\u{301}"]) { folder in
    let refusal = problem { _ = try ImageSet.open([folder]) }
    #expect(refusal.contains("NFC and NFD"))
  }
}

@Test func aSetIsCalledAfterItsFolderOrArchive() throws {
  try withFolders(["a", "b"]) { folder in
    for path in [folder, folder + "/", folder + "/a/.."] {
      let set = try ImageSet.open([path])
      #expect(set.name == "set")
    }
    let named = try ImageSet.open([folder], name: "mine")
    #expect(named.name == "mine")
  }
  let files = FixtureFolder.committed
  #expect(try ImageSet.open([files.path("pets.zip")]).name == "pets")
  #expect(try ImageSet.open([files.path("grey.tar.gz")]).name == "grey")
}

@Test func numberedClassesAreChosenByName() throws {
  try withFolders((0..<12).map { "\($0)" }) { folder in
    func classes(_ text: String) throws -> [String] {
      try ImageSet.open([folder], options: .init(classes: ClassSelection(text))).classes
    }
    let (names, range) = (try classes("0,2,1"), try classes("0-1"))
    #expect(names == ["0", "1", "2"] && range == ["0", "1"])
    let refusal = problem { _ = try classes("0-2") }
    #expect(refusal.contains("list their names instead of 0-2"))
  }
}

@Test func keptClassesAreReported() throws {
  let pets = FixtureFolder.committed.path("pets.zip")
  let byName = try ImageSet.open([pets], options: .init(classes: ClassSelection("owl,cat")))
  let byLabel = try ImageSet.open([pets], options: .init(classes: ClassSelection("0,2")))
  #expect(byName.classes == ["cat", "owl"] && byName.labels(.train) == byLabel.labels(.train))
  #expect(byName.notes.contains("classes kept: cat, owl"))
}

@Test(arguments: [("cp850.zip", "CP850"), ("latin1.tar", "ISO-8859-1")])
func archiveNamesAreDecodedWhenAsked(_ file: String, _ encoding: String) throws {
  let path = FixtureFolder.committed.path(file)
  let refusal = problem { _ = try ImageSet.open([path]) }
  #expect(refusal.contains("is not UTF-8; --name-encoding CP850"))
  let set = try ImageSet.open([path], nameEncoding: encoding)
  #expect(set.classes == ["kohn", "kähn", "kühn"] && set.count(.train) == 3)
  #expect(set.notes.contains { $0.hasSuffix("decoded from \(encoding)") })
}

@Test func backslashesSeparateInZipFiles() throws {
  let set = try ImageSet.open([FixtureFolder.committed.path("backslash.zip")])
  #expect(set.classes == ["cat", "dog"] && set.count(.test) == 1)
}

/// Uncompressed idx files of 2×2 images with these labels, called `train-…`.
private func withIdx(_ labels: [UInt8], _ body: ([String]) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("names-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let count = UInt8(labels.count)
  let images = folder.appendingPathComponent("train-images")
  let answers = folder.appendingPathComponent("train-labels")
  let pixels = (0..<count * 4).map { $0 }
  try Data([0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 2] + pixels).write(to: images)
  try Data([0, 0, 8, 1, 0, 0, 0, count] + labels).write(to: answers)
  try body([images.path, answers.path])
}

@Test func idxLabelsDetermineTheNumberOfClasses() throws {
  try withIdx([1, 0, 1]) { files in
    let set = try ImageSet.open(files)
    let named = try ImageSet.open(files, name: "mnist")
    #expect(set.classes == ["0", "1"] && named.classes.count == 10)
  }
  try withIdx([1, 3, 2]) { files in
    let set = try ImageSet.open(files)
    #expect(set.classes == ["0", "1", "2", "3"] && set.labels(.train) == [1, 3, 2])
    #expect(set.notes.contains { $0.hasPrefix("labels begin at 1") })
  }
}
