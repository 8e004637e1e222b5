// decode-images from the command line: its outputs and errors.

import Foundation
import HDF5
import ImageFormats
import Schemas
import Testing

private let idx = [
  "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
  "t10k-labels-idx1-ubyte.gz",
].map(decodeFixture)

@Test(arguments: [
  idx, ["train_8.mat", "test_8.mat", "extra_8.mat"].map(decodeFixture),
  [decodeFixture("cifar-10-binary.tar.gz")],
  [decodeFixture("cifar-100-binary.tar.gz")],
  [decodeFixture("tiny-imagenet-200.zip")],
  [decodeFixture("photos")],
])
func everyFormatBecomesAnImagesFile(_ inputs: [String]) throws {
  let scratch = try Scratch()
  let outcome = try scratch.decode(inputs + ["-o", "images.h5"])
  #expect(outcome.status == 0, "\(outcome.errors)")
  #expect(scratch.names() == ["images.h5"])
  let written = try ImagesFile(File.open(scratch.file("images.h5")))
  let set = try ImageSet.open(inputs)
  #expect(written.name == set.name)
  #expect(written.classes == set.classes)
  #expect(written.train.labels == set.labels(.train))
  #expect(written.test.labels == set.labels(.test))
  var pixels: [[UInt8]] = [[], []]
  let statistics = try set.read(threads: 1) { pixels[$0.part.rawValue] += $0.images }
  #expect(written.train.pixels == pixels[0])
  #expect(written.test.pixels == pixels[1])
  #expect(written.mean == statistics.mean)
  #expect(written.std == statistics.std)
}

@Test func bytesDependOnInputsAndOptionsOnly() throws {
  let scratch = try Scratch()
  let options = ["--name", "fashion-mnist", "--pad", "8", "--limit", "5"]
  #expect(try scratch.decode(idx + options + ["-o", "a.h5", "--threads", "1"]).status == 0)
  #expect(
    try scratch.decode(idx.reversed() + options + ["-o", "b.h5", "--threads", "3"]).status == 0)
  let piped = try scratch.decode(idx + options + ["--quiet"])
  #expect(piped.errors.isEmpty)
  #expect(try piped.output == scratch.read("a.h5"))
  #expect(try scratch.read("a.h5") == scratch.read("b.h5"))
  let file = try File.open(scratch.file("a.h5"))
  #expect(try file.root.shape(of: "train/images") == [5, 8, 8, 1])
  let history = try #require(try file.root.attribute("history")?.string)
  #expect(
    history.hasPrefix("decode-images 0.2.0 --name fashion-mnist --pad 8 --limit 5 < train-im"))
  #expect(try file.root.attribute("classes")?.strings?.last == "ankle boot")
  #expect(try file.root.attribute("sources")?.strings?.count == 4)
}

@Test func selectedClassesMakeASeparateSet() throws {
  let scratch = try Scratch()
  let options = ["--name", "fashion-mnist", "--classes", "5-9", "-o", "shoes.h5"]
  #expect(try scratch.decode(idx + options).status == 0)
  let set = try ImagesFile(File.open(scratch.file("shoes.h5")))
  #expect(set.name == "fashion-mnist:5-9")
  #expect(set.classes.count == 5 && set.classes.last == "ankle boot")
  #expect((set.train.labels.max() ?? 9) < 5)
}

@Test func extraImagesFollowTheTrainingImages() throws {
  let scratch = try Scratch()
  let files = ["train_8.mat", "test_8.mat"].map(decodeFixture)
  let extra = decodeFixture("extra_8.mat")
  #expect(try scratch.decode(files + ["--extra", extra, "-o", "a.h5"]).status == 0)
  #expect(try scratch.decode(files + [extra, "-o", "b.h5"]).status == 0)
  #expect(try scratch.read("a.h5") == scratch.read("b.h5"))
  let refused = try scratch.decode(idx + ["--extra", extra, "-o", "c.h5"])
  #expect(refused.status == 65 && refused.errors.contains("SVHN"), "\(refused.errors)")
}

@Test func unreadablePicturesAreLeftOutOnRequest() throws {
  let scratch = try Scratch()
  for (fixture, picture) in [("damaged-picture.zip", "b/0.jpg"), ("false-name.zip", "b/0.png")] {
    let name = decodeFixture(fixture)
    #expect(try scratch.decode(name, "-o", "refused.h5").status == 65)
    let outcome = try scratch.decode(name, "--skip-unreadable", "-o", "images.h5")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let note = "unreadable pictures left out: 1, the first \(name): \(picture)"
    #expect(outcome.errors.contains(note), "\(outcome.errors)")
    let file = try File.open(scratch.file("images.h5"))
    #expect(try file.root.shape(of: "train/images").first == 1)
    #expect(try file.root.attribute("classes")?.strings == ["a", "b"])
    #expect(try file.root.attribute("history")?.string?.contains("--skip-unreadable <") == true)
  }
}

@Test func aPipeIsRefusedBeforeItIsOpened() throws {
  let scratch = try Scratch()
  #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
  let outcome = try scratch.decode("pipe", "-o", "images.h5")
  #expect(outcome.status == 65 && outcome.errors.contains("pipe: a pipe or device"))
}

@Test(
  arguments: [
    (["missing.gz"], 66, "missing.gz"),
    (["-"], 64, "not from standard input"),
    (["--pad", "0", "x"], 64, "--pad goes from 1 to 4096"),
    (["--limit", "-3", "x"], 64, "--limit"),
    (["--unknown", "x"], 64, "--unknown"),
    (["--classes", "4,,2", "x"], 64, "--classes"),
    (["pets.zip", "--classes", "4-2"], 65, "has no class 4-2; its classes are cat, dog, owl"),
    (["pets.zip", "--classes", "7"], 65, "has classes 0 to"),
    (["--name", "a\r\nb", "x"], 64, "--name holds a line end"),
    (["--name", "", "x"], 64, "--name is empty"),
    (["--name", " a", "x"], 64, "--name begins or ends with a blank"),
    (["cp850.zip"], 65, "k\\x81hn/0.png is not UTF-8; --name-encoding CP850"),
    (["cp850.zip", "--name-encoding", "nonsense"], 65, "iconv knows no such encoding"),
    (["cp850.zip", "--name-encoding", "ASCII"], 65, "a member's name is not ASCII"),
    (
      ["train-images-idx3-ubyte.gz", "--name-encoding", "CP850"], 65,
      "only archives' names are decoded"
    ),
    ([], 64, "inputs"),
    (["unequal.zip"], 65, "--resize makes them equal"),
    (["outside.zip"], 65, "leads out of the archive"),
    (["bomb.tar.gz"], 65, "more than 50 times its size"),
    (["damaged-picture.zip"], 65, "Premature end of JPEG file"),
    (["make-fixtures.py"], 65, "a file of no known format, which is not read"),
    (["grey.tar", "--pad", "10"], 65, "the images are 9×12, which is larger"),
    (["pets.zip", "-o", "nowhere/images.h5"], 73, "nowhere/images.h5"),
  ] as [([String], Int32, String)])
func refusalsAreOneLineAndLeaveNothing(
  _ arguments: [String], _ status: Int32, _ reason: String
) throws {
  let scratch = try Scratch()
  let words = arguments.map { word in
    let fixture = decodeFixture(word)
    return word.contains(".") && FileManager.default.fileExists(atPath: fixture) ? fixture : word
  }
  let outcome = try scratch.decode(words.contains("-o") ? words : words + ["-o", "images.h5"])
  #expect(outcome.status == status, "\(outcome.errors)")
  let lines = outcome.errors.split(separator: "\n")
  #expect(lines.last?.hasPrefix("decode-images: ") == true && lines.last?.contains(reason) == true)
  #expect(outcome.output.isEmpty)
  #expect(scratch.names().isEmpty)
}
