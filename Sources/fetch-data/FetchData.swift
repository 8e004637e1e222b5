// fetch-data: gets the original files of data sets and pretrained networks, and checks every byte.

import ArgumentParser
import Foundation
import Tooling

@main
struct FetchData: Tool {
  static let configuration = CommandConfiguration(
    commandName: "fetch-data",
    abstract: "Fetch the files that a manifest lists, and check their size and digest.",
    discussion: """
      A NAME is a data set of the manifest (all its files) or one of its files. A file gets its \
      name in the folder only after its size and digest were checked; until then it is FILE.part, \
      which a later run continues if the server still has the same file. A file with a wrong \
      digest is kept as FILE.bad. Files that are there and right are not fetched again, so files that \
      you put there by hand are used.

      A request ends, and is repeated or sent to the next mirror, when the server sends less than \
      1 KiB in --timeout seconds. A server is given up when it asks for a password, compresses the file \
      (Content-Encoding), or sends more bytes than the manifest states; if the manifest states \
      no size, more than the server announced or 16 GiB.

      Reads: the manifest (data-manifest.txt in the working folder, else the one that make install \
      has put in PREFIX/share/feature-init/); the addresses in it and no others. Proxies are taken \
      from http_proxy, https_proxy, all_proxy and no_proxy. Writes: the files. --list and --verify \
      print one line for each file: data \
      set, file, bytes, state, separated by tabs.

      Exit status: 0 everything is there; 64 usage; 65 a digest is wrong; 66 no manifest, or \
      --verify misses a named file; 69 a file is not available; 74 the disk.

      Example:
        fetch-data cifar-10 vgg11-8a719046.pth
      """,
    version: version)

  @Argument(help: "Data sets or files to fetch.")
  var names: [String] = []

  @Option(
    help: ArgumentHelp(
      "The list of downloads. [default: data-manifest.txt here, else the installed one]",
      valueName: "file"), completion: .file())
  var manifest: String?

  @Option(help: "The folder that the files go to; it is created.", completion: .directory)
  var into = "build/downloads"

  @Option(
    name: .shortAndLong, help: "The path for the file, when it is only one.", completion: .file())
  var output: String?

  @Flag(help: "Print what the manifest lists (or the NAMEs), and fetch nothing.")
  var list = false

  @Flag(help: "Check the files that are there (or the NAMEs), and fetch nothing.")
  var verify = false

  @Flag(help: "Use only files on this machine; ask no server.")
  var offline = false

  @Option(help: "Number of files to fetch at once.")
  var jobs = 3

  @Option(help: "Number of further attempts at an address that fails and sends less than 1 KiB.")
  var retries = 4

  @Option(
    help: ArgumentHelp(
      "Wait before the next attempt; doubled each time, 60 at most.", valueName: "seconds"))
  var retryDelay = 1.0

  @Option(
    help: ArgumentHelp(
      "An attempt that brings less than 1 KiB in this time fails.", valueName: "seconds"))
  var timeout = 30.0

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    guard list || verify || !names.isEmpty else {
      throw ValidationError("name a data set or a file; --list shows what there is")
    }
    guard !(list && verify) else {
      throw ValidationError("--list and --verify exclude each other")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is 1 to 64") }
    guard (0...1000).contains(retries) else {
      throw ValidationError("--retries is 0 to 1000")
    }
    guard retryDelay >= 0, retryDelay.isFinite else {
      throw ValidationError("--retry-delay is not negative")
    }
    guard timeout > 0, timeout.isFinite else {
      throw ValidationError("--timeout is a positive number")
    }
    guard output == nil || !(list || verify) else {
      throw ValidationError("-o is for fetching")
    }
  }

  func run() throws {
    let path = try manifest ?? Manifest.defaultPath()
    let manifest = try Manifest(path: path)
    let downloads = names.isEmpty ? manifest.downloads : try manifest.downloads(named: names)
    if list || verify {
      try Inventory(folder: into).report(downloads, verifying: verify, mustBeThere: !names.isEmpty)
      return
    }
    if let output, downloads.count != 1 || output == "-" {
      throw ToolError(
        .usage,
        output == "-"
          ? "-o needs a file name, since a download is checked before it gets its name"
          : "-o is for one file, and these are \(downloads.map(\.file).joined(separator: ", "))")
    }
    let place = { (download: Download) in output ?? "\(into)/\(download.file)" }
    let download = OutputKind("a download", format: "any", endings: []) { _ in true }
    try PlannedFile.check(
      downloads.map { PlannedFile(place($0), download, option: output == nil ? "--into" : "-o") },
      reading: [path])
    let patience = Patience(
      retries: retries, delay: retryDelay, timeout: timeout, isOffline: offline)
    try Queue(downloads: downloads, patience: patience, jobs: jobs).run(place: place)
  }
}
