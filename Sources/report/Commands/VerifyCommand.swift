// `report verify`: which files still follow from each other.

import ArgumentParser
import Tooling

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Say of each file whether it follows from the others, by the digests it records.",
    discussion: """
      Takes all files of a pipeline, with the folders, archives and other files that it started from. \
      For each file it says whether the file still follows from the others: whether the inputs in its \
      history are among these files, by digest. Exits with 65 if one does not.

      Example:
        report verify /usr/share/datasets/fashion-mnist/*.gz build/images/fashion-mnist.h5
      """)

  @Argument(
    help: "Files of these tools, and the files and folders that they started from.",
    completion: .file())
  var files: [String]

  @OptionGroup var quiet: QuietOption

  func run() throws { try Verification(files).report() }
}
