// No file in a folder or an archive is dropped silently: every picture and every class folder is read, refused
// or reported, whatever its name.

import Foundation
import ImageFormats
import Testing

/// A folder of a test, which is removed with the last reference to it.
private final class Photos {
  let url: URL
  var path: String { url.path }

  init(_ files: [String: String] = [:]) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("photos-\(UUID())")
    try add([:], folders: [""])
    try add(files)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Copies fixtures; the dictionary is from the place in the folder to the fixture.
  func add(_ files: [String: String], folders: [String] = []) throws {
    for folder in folders {
      try FileManager.default.createDirectory(
        at: url.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    for (place, fixture) in files {
      let target = url.appendingPathComponent(place)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: FixtureFolder.committed.path(fixture), toPath: target.path)
    }
  }

  func link(_ place: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url.appendingPathComponent(place).path, withDestinationPath: target)
  }

  func write(_ text: String, to place: String) throws {
    try Data(text.utf8).write(to: url.appendingPathComponent(place))
  }

  func open(skipUnreadable: Bool = false) throws -> ImageSet {
    try ImageSet.open([path], options: .init(resize: 4, skipUnreadable: skipUnreadable))
  }

  /// The problem because of which the folder is refused.
  func refusal() -> String {
    do { _ = try WholeSet(open(), threads: 1) } catch { return "\(error)" }
    return "read"
  }
}

@Test func picturesAreRecognisedByContent() throws {
  let photos = try Photos([
    "a/1.jfif": "colour.jpg", "a/2.jpe": "colour.jpg", "a/3": "colour.png", "a/4.txt": "grey.png",
    "b/1.webp": "lossy.webp", "b/2.jpg": "lossless.webp",
  ])
  let set = try photos.open()
  #expect(set.classes == ["a", "b"] && set.labels(.train) == [0, 0, 0, 0, 1, 1])
  let whole = try WholeSet(set, threads: 2)
  for (row, name) in ["colour.jpg", "colour.jpg", "colour.png", "grey.png"].enumerated() {
    let image = try Picture.decode(FixtureFolder.committed.bytes(name), file: name).colour()
    let small = try image.resized(height: 4, width: 4).pixels
    #expect(Array(whole.images[0][row * 48..<(row + 1) * 48]) == small, "\(name)")
  }
}

@Test func unreadablePicturesAreRefusedOrLeftOutAndCounted() throws {
  let photos = try Photos([
    "a/1.png": "colour.png", "b/2.png": "colour.png", "b/1.bmp": "tiny.bmp", "c/1.png": "tiny.gif",
    "c/2.jpg": "cmyk.jpg",
  ])
  try photos.write("", to: "c/empty.jpeg")
  #expect(
    photos.refusal().hasSuffix(
      "b/1.bmp: a BMP image, not a PNG, JPEG or WebP image; pictures that cannot be read: 4; "
        + "convert them to PNG, or leave them out with --skip-unreadable"))
  let set = try photos.open(skipUnreadable: true)
  #expect(set.classes == ["a", "b", "c"] && set.labels(.train) == [0, 1])
  let notes = set.notes.joined(separator: "\n")
  #expect(
    notes.contains("unreadable pictures left out: 4, the first \(photos.path)/b/1.bmp: a BMP"))
  #expect(notes.contains("classes without training images: 1, the first c"))
}

@Test func picturesDamagedBehindTheHeaderCanBeLeftOut() throws {
  let photos = try Photos(["a/1.png": "colour.png", "b/2.png": "colour.png"])
  let whole = try FixtureFolder.committed.bytes("colour.jpg")
  try Data(whole.dropLast(300)).write(to: photos.url.appendingPathComponent("b/1.jpg"))
  try Data(whole.dropLast(200)).write(to: photos.url.appendingPathComponent("b/3.jpg"))
  #expect(photos.refusal().contains("b/1.jpg: damaged or unreadable JPEG"))
  #expect(
    photos.refusal().hasSuffix(
      "; pictures that cannot be read: 2; convert them to PNG, or leave them out with "
        + "--skip-unreadable"))
  let set = try photos.open(skipUnreadable: true)
  #expect(try WholeSet(set, threads: 2).images[0].count == 2 * 48)
  #expect(set.labels(.train) == [0, 1])
}

@Test func picturesAboveTheSizeLimitCountAsUnreadable() throws {
  let photos = try Photos(["a/1.png": "colour.png", "b/2.png": "colour.png"])
  // A whole picture, followed by a hole in the file.
  for name in ["a/0.png", "b/3.png"] {
    let url = photos.url.appendingPathComponent(name)
    try Data(FixtureFolder.committed.bytes("colour.png")).write(to: url)
    try FileHandle(forWritingTo: url).truncate(atOffset: 65 << 20)
  }
  #expect(
    photos.refusal().hasSuffix(
      "a/0.png: larger than 64 MiB: refused; pictures that cannot be read: 2; convert them to PNG, or "
        + "leave them out with --skip-unreadable"), "\(photos.refusal())")
  let set = try photos.open(skipUnreadable: true)
  #expect(set.labels(.train) == [0, 1])
  let note = "unreadable pictures left out: 2, the first \(photos.path)/a/0.png: larger than 64 MiB"
  #expect(set.notes.contains { $0.hasPrefix(note) }, "\(set.notes)")
}

/// A class folder is named by the single byte 0x81, with or without a folder of the name that a repair would give it.
@Test func namesInFoldersThatAreNotUTF8AreRefused() throws {
  for (isBesideRepaired, says) in [
    (false, "or its name is not UTF-8: rename it"), (true, "a name that is not UTF-8: rename it"),
  ] {
    let photos = try Photos(["a/1.png": "colour.png"])
    if isBesideRepaired { try photos.add([:], folders: ["\u{fffd}"]) }
    let name = photos.path.utf8.map { CChar(bitPattern: $0) } + [0x2f, CChar(bitPattern: 0x81), 0]
    #expect(mkdir(name, 0o755) == 0)
    defer { rmdir(name) }
    #expect(photos.refusal().contains(says), "\(photos.refusal())")
  }
}

@Test func otherFilesInClassFoldersAreReported() throws {
  let photos = try Photos(["a/1.png": "colour.png", "b/2.png": "colour.png"])
  try photos.write("BMW cars", to: "a/notes.txt")
  try photos.write("x", to: "b/Thumbs.db")
  try photos.write("x", to: "README")
  let set = try photos.open()
  #expect(set.count(.train) == 2)
  #expect(set.notes.contains("files that are not pictures left out: 2, the first a/notes.txt"))
}

@Test func emptyClassFoldersAreClasses() throws {
  let photos = try Photos(["b/1.png": "colour.png", "d/1.png": "colour.png"])
  try photos.add([:], folders: ["a", "c/deeper", ".hidden"])
  let set = try photos.open()
  #expect(set.classes == ["a", "b", "c", "d"] && set.labels(.train) == [1, 3])
  #expect(set.notes.contains("classes without training images: 2, the first a"))
  let parts = try Photos(["train/a/1.png": "colour.png", "test/a/1.png": "colour.png"])
  try parts.add([:], folders: ["train/b", "test/b", "test/z", "logs"])
  let parted = try parts.open()
  #expect(parted.classes == ["a", "b"])
  #expect(parted.notes.contains("classes without training images: 1, the first b"))
  #expect(parted.notes.contains("empty folders left out: 3, the first logs"))
}

@Test func foldersThatAnArchiveListsAreClasses() throws {
  let set = try ImageSet.open([FixtureFolder.committed.path("empty-class.zip")])
  #expect(set.classes == ["a", "b", "c"] && set.labels(.train) == [0, 2])
  #expect(set.notes.contains("classes without training images: 1, the first b"))
}

@Test func oneClassAndNamesThatDifferInCaseAreClasses() throws {
  let one = try Photos(["a/1.png": "colour.png", "a/2.png": "colour.png"])
  #expect(try one.open().classes == ["a"])
  #expect(try one.open().notes.contains("only one class: a"))
  let two = try Photos(["A/1.png": "colour.png", "a/2.png": "colour.png"])
  #expect(try two.open().classes == ["A", "a"])
  let wrapped = try Photos(["set/a/1.png": "colour.png", "set/b/2.png": "colour.png"])
  #expect(try wrapped.open().classes == ["a", "b"])
}

@Test func linksInFoldersAreFollowed() throws {
  let store = try Photos(["one/1.png": "colour.png", "two/1.png": "grey.png"])
  let photos = try Photos(["train/one/1.png": "colour.png", "train/two/1.png": "colour.png"])
  try photos.link("val", to: store.path)
  try photos.link("train/three", to: store.path + "/two")
  try photos.link("train/one/2.png", to: store.path + "/two/1.png")
  let set = try photos.open()
  #expect(set.classes == ["one", "three", "two"])
  #expect(set.labels(.train) == [0, 0, 1, 2] && set.labels(.test) == [0, 2])
}

@Test func cyclicLinksAndDevicesAreRefused() throws {
  func refusal(_ change: (Photos) throws -> Void) throws -> String {
    let photos = try Photos(["a/1.png": "colour.png", "b/1.png": "colour.png"])
    try change(photos)
    return photos.refusal()
  }
  #expect(try refusal { try $0.link("a/up", to: "..") }.contains("leads back to a folder above it"))
  #expect(try refusal { try $0.link("a/2.png", to: "gone") }.contains("a link that leads nowhere"))
  #expect(
    try refusal { try $0.link("a/2.png", to: "/dev/zero") }.contains("a link to a FIFO, socket"))
  #expect(
    try refusal { mkfifo($0.path + "/a/2.png", 0o600) }.contains(
      "a/2.png: a FIFO, socket or device"))
  #expect(try refusal { mkfifo($0.path + "/a/.lock", 0o600) } == "read")
}

@Test func pythonVersionOfCIFARIsRefusedByName() throws {
  let photos = try Photos()
  try photos.add([:], folders: ["cifar-10-batches-py"])
  try photos.write("\u{2}", to: "cifar-10-batches-py/data_batch_1")
  #expect(photos.refusal().contains("give the binary version"))
}

@Test func tinyImageNetsValMayBeSortedIntoClasses() throws {
  let lists = try Photos([
    "train/n01/images/1.png": "colour.png", "train/n02/images/1.png": "colour.png",
    "val/n02/images/val_0.png": "colour.png", "val/n01/val_1.png": "colour.png",
  ])
  try lists.write("n02\nn01\n", to: "wnids.txt")
  #expect(try lists.open().labels(.test) == [1, 0])
  try lists.write("val_0.png\tn02\nval_1.png\tn02\n", to: "val/val_annotations.txt")
  #expect(lists.refusal().contains("lies in another class folder than val_annotations.txt says"))
}

@Test func otherPicturesBesideCIFARRecordsAreIgnored() throws {
  let photos = try Photos(["logo.gif": "tiny.gif"])
  for (name, labels) in [("train.bin", [0, 1]), ("test.bin", [1])] {
    let records = labels.flatMap { [0, UInt8($0)] + [UInt8](repeating: 7, count: 3072) }
    try Data(records).write(to: photos.url.appendingPathComponent(name))
  }
  try photos.write("apple\nbear\n", to: "fine_label_names.txt")
  #expect(try photos.open().name == "cifar-100")
}
