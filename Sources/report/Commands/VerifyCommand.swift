// `report verify`: which files still follow from each other.

import ArgumentParser
import Tooling

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Say of each file whether it follows from the others, by the digests it records.",
    discussion: """
      Takes every file of a pipeline, with the folders, archives and other files that it began with, \
      and says of each whether it still follows from the others: whether what its history says was \
      read is there, by digest. Exits with 65 if not.

      Example:
        report verify /usr/share/datasets/fashion-mnist/*.gz build/images/fashion-mnist.h5
      """)

  @Argument(
    help: "Files of these tools, and the files and folders they began with.", completion: .file())
  var files: [String]

  @OptionGroup var quiet: QuietOption

  func run() throws { try Verification(files).report() }
}
