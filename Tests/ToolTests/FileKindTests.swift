// A file of another kind is refused, and the message names its kind.

import Foundation
import Testing

struct FileKindTests {
  static let refusals: [([String], String)] = [
    (
      ["sample-init", "init.h5", "--method", "nfm"],
      "init.h5: it is a network file, where a features file is wanted: compute-nfm or compute-agop "
        + "makes it of a network"
    ),
    (
      ["train", "init.h5", "--images", "init.h5"],
      "init.h5: it is a network file, where an images file is wanted: decode-images makes it"
    ),
    (
      ["train", "images.h5", "--images", "images.h5"],
      "images.h5: it is an images file, where a network file is wanted: sample-init or "
        + "extract-pretrained makes it"
    ),
    (
      ["compute-nfm", "nfm.h5"],
      "nfm.h5: it is a features file, where a network file is wanted: sample-init or "
        + "extract-pretrained makes it"
    ),
    (
      ["extract-pretrained", "images.h5"],
      "images.h5: it is an images file, where a network file is wanted: sample-init or "
        + "extract-pretrained makes it"
    ),
  ]

  @Test(arguments: refusals.indices)
  func anotherKindIsNamed(index: Int) throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(scratch.run("compute-nfm", "init.h5", "-o", "nfm.h5"))
    let (words, problem) = Self.refusals[index]
    let outcome = try scratch.run(words[0], Array(words.dropFirst()) + ["-o", "x.h5"])
    #expect(outcome.status == 65)
    #expect(outcome.errors == "\(words[0]): \(problem)\n")
  }

  @Test func theUsualNameOfTheLearningRateIsUnderstood() throws {
    let scratch = try Scratch()
    #expect(
      try scratch.run("train", "a.h5", "--images", "b.h5", "--lr", "0.1").errors
        == "train: Unknown option '--lr'. Did you mean '--learning-rate'? (see train --help)\n")
    #expect(
      try scratch.run("sample-init", "--method", "kaiming-normal", "--hiden", "none").errors
        == "sample-init: Unknown option '--hiden'. Did you mean '--hidden'? (see sample-init --help)\n"
    )
  }
}
