// `report verify`: which files follow from the given files and folders, whoever made these.

import Foundation
import Testing

extension Scratch {
  /// A folder with images.h5, made from the folder `photos` of the tests of formats.
  fileprivate func decodePhotos() throws {
    try FileManager.default.copyItem(
      atPath: Self.fixture("photos", of: "ImageFormatsTests"), toPath: file("photos"))
    try succeed(run("decode-images", "photos", "--resize", "8", "-o", "images.h5"))
  }

  /// The lines that `report verify` prints, by file.
  fileprivate func verify(_ files: String..., status: Int32 = 0) throws -> [String: String] {
    let outcome = try run("report", ["verify"] + files)
    #expect(outcome.status == status, "\(outcome.errors)")
    let lines = outcome.text.split(separator: "\n").map {
      $0.split(separator: "\t", maxSplits: 1).map(String.init)
    }
    return Dictionary(uniqueKeysWithValues: lines.map { ($0[0], $0[1]) })
  }
}

@Test func imagesFollowFromTheirFolder() throws {
  let scratch = try Scratch()
  try scratch.decodePhotos()
  #expect(
    try scratch.verify("images.h5", "photos") == ["images.h5": "follows", "photos": "source"])
  // Files that are not given cannot be verified.
  #expect(try scratch.verify("images.h5", status: 65)["images.h5"]?.contains("folder") == true)
  // An added, removed or renamed file makes a different folder.
  let picture = try #require(
    FileManager.default.subpaths(atPath: scratch.file("photos"))?.first { $0.hasSuffix(".png") })
  let bytes = try scratch.read("photos/\(picture)")
  try scratch.write(bytes, to: "photos/\(picture).png")
  #expect(try scratch.verify("images.h5", "photos", status: 65)["photos"] == "source")
  try FileManager.default.removeItem(atPath: scratch.file("photos/\(picture)"))
  _ = try scratch.verify("images.h5", "photos", status: 65)
  try FileManager.default.moveItem(
    atPath: scratch.file("photos/\(picture).png"), toPath: scratch.file("photos/\(picture)"))
  _ = try scratch.verify("images.h5", "photos")
}

@Test func imagesFollowFromTheirArchive() throws {
  let scratch = try Scratch()
  try scratch.write(
    Data(contentsOf: URL(fileURLWithPath: Scratch.fixture("pets.zip", of: "ImageFormatsTests"))),
    to: "pets.zip")
  try succeed(scratch.run("decode-images", "pets.zip", "--resize", "8", "-o", "images.h5"))
  #expect(
    try scratch.verify("images.h5", "pets.zip") == ["images.h5": "follows", "pets.zip": "source"])
  try scratch.write(try scratch.read("pets.zip") + Data([0]), to: "pets.zip")
  let found = try scratch.verify("images.h5", "pets.zip", status: 65)
  #expect(
    found["images.h5"]?.hasPrefix("does not follow\twhat decode-images read as archive") == true)
}

@Test func filesOfOtherProgramsCountAsSourcesIfUsed() throws {
  let scratch = try Scratch()
  try scratch.writeImages("images.h5")
  try scratch.drawInitialNetwork()
  // The file is written without a history, as h5py does.
  #expect(
    try scratch.verify("images.h5", "init.h5") == ["images.h5": "source", "init.h5": "follows"])
  try scratch.writeImages("others.h5", side: 4)
  let found = try scratch.verify("images.h5", "init.h5", "others.h5", status: 65)
  #expect(found["others.h5"]?.hasPrefix("unknown\t") == true)
}

@Test func networksFollowFromKerasFilesAndFromShardsInAFolder() throws {
  let scratch = try Scratch()
  for (name, options) in [
    ("keras-applications.h5", ["--input-order", "bgr"]), ("sharded-safetensors", []),
  ] {
    try FileManager.default.copyItem(
      atPath: Scratch.fixture(name, of: "StateDictionariesTests"), toPath: scratch.file(name))
    try succeed(
      scratch.run("extract-pretrained", [name, "-o", "\(name).network.h5"] + options))
    #expect(
      try scratch.verify(name, "\(name).network.h5")
        == [name: "source", "\(name).network.h5": "follows"])
  }
}
