// Invalid inputs are refused in one line that gives the reason, and notes report what was done.

import Foundation
import ImageFormats
import Testing

@Test(arguments: [
  ("unequal.zip", "a/2.png: 10×11 pixels, where"), ("unequal.zip", "--resize"),
  ("outside.zip", "leads out of the archive"), ("absolute.tar.gz", "leads out of the archive"),
  ("bomb.tar.gz", "more than 50 times its size"), ("no-classes.zip", "class"),
  ("stranger.zip", "class c has test images but no training images"),
  ("no-pictures.zip", "a/0.gif: a GIF image, not a PNG, JPEG or WebP image; pictures that"),
  ("damaged-picture.zip", "b/0.jpg: damaged or unreadable JPEG: Premature end"),
  ("false-name.zip", "pictures that cannot be read: 1; convert them"),
  ("huge-jpeg.zip", "b/0.jpg: damaged or unreadable JPEG: too large an image"),
  ("huge-png.zip", "b/0.png: damaged or unreadable PNG: Invalid IHDR data"),
  ("huge-train-images", "more than 16 bytes can hold"),
  ("huge_train.mat", "cannot be an array of axes"), ("huge.tar", "damaged archive"),
  ("encrypted.zip", "is encrypted"), ("colour.png", "one picture is not a set"),
  ("make-fixtures.py", "a file of no known format, which is not read"),
  ("train-images-idx3-ubyte", "labels are missing"), ("test_8.mat", "there are no training images"),
  ("missing", "cannot be opened"),
])
func refusals(_ name: String, _ reason: String) throws {
  let error = #expect(throws: ImageFormatError.self) {
    let set = try ImageSet.open([FixtureFolder.committed.path(name)])
    _ = try WholeSet(set, threads: 2)
  }
  #expect(error?.description.contains(reason) == true, "\(error?.description ?? "no error")")
  #expect(error?.description.contains("\n") == false)
}

@Test func inputsThatDoNotBelongTogetherAreRefused() throws {
  let fixtures = FixtureFolder.committed
  for (names, reason) in [
    (["train_8.mat", "pets.zip"], "does not go with"),
    (["pets.zip", "pets.zip"], "one archive or folder"),
    (["train_8.mat", "train_8.mat"], "plays the same part"),
    (["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"], "missing from the inputs"),
    (["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"], "plays the same part"),
  ] {
    let error = #expect(throws: ImageFormatError.self) {
      try ImageSet.open(names.map(fixtures.path))
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "no error")")
  }
}

@Test func unequalSizesAreResized() throws {
  let path = FixtureFolder.committed.path("unequal.zip")
  let set = try ImageSet.open([path], options: .init(resize: 6, pad: 8))
  #expect(set.height == 8 && set.width == 8)
  #expect(try WholeSet(set, threads: 1) == WholeSet(set, threads: 3))
}

@Test func notesReportWhatWasDone() throws {
  func notes(_ names: String...) throws -> String {
    try ImageSet.open(names.map(FixtureFolder.committed.path)).notes.joined(separator: "; ")
  }
  #expect(try notes("grey.tar").contains("all images are for training, test is empty"))
  #expect(try notes("grey.tar").contains("links left out: 1"))
  #expect(try notes("photos").contains("val/ is the test set"))
  #expect(try notes("photos").contains("made RGB, as the others are: 2"))
  #expect(try notes("tiny-imagenet-200.zip").contains("images without labels left out: 1"))
  #expect(try notes("beside.zip").contains("images beside these folders left out: 2"))
  #expect(try notes("pets.zip").isEmpty)
}

@Test func hostileNamesStayInOneLine() {
  let error = ImageFormatError("a\nb\u{1B}[31m", "is\r\nbad")
  #expect(error.description == "a b [31m: is  bad")
}
