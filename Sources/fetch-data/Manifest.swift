/// The list of every download: names, sizes, digests, and the only addresses that are ever asked.

import Foundation
import Tooling

/// One version of a file: its bytes, and where they are to be had.
struct Version {
  /// nil where it is not known.
  let size: Int?
  let digest: Digest
  /// In the order in which they are tried.
  let urls: [URL]
}

/// A file that can be downloaded.
struct Download {
  let dataset: String
  let file: String
  /// Any of these will do; usually one.
  var versions: [Version]
}

/// A parsed manifest.
struct Manifest {
  private(set) var downloads: [Download] = []
  /// The place of each file in `downloads`.
  private var places: [String: Int] = [:]

  private static let name = "data-manifest.txt"

  /// The manifest of the working folder, else the one that was installed with this tool: PREFIX/bin/fetch-data
  /// reads PREFIX/share/feature-init/data-manifest.txt, and reports it.
  /// - Throws: `ToolError` where there is neither.
  static func defaultPath() throws -> String {
    guard !FileManager.default.fileExists(atPath: name) else { return name }
    let tool = Bundle.main.executablePath.flatMap(KernelPath.real) ?? ""
    let prefix = KernelPath.folder(of: KernelPath.folder(of: tool))
    let installed = "\(prefix)/share/feature-init/\(name)"
    guard FileManager.default.fileExists(atPath: installed) else {
      throw ToolError(
        .noInput, "no \(name) here, nor \(installed): --manifest names a list of downloads")
    }
    Log.say("the list of downloads is \(installed)")
    return installed
  }

  /// The longest list that is read, in bytes.
  private static let longest = 64 << 20

  init(path: String) throws {
    let input = try Input(path: path)
    guard let text = String(validating: try input.bytes(atMost: Self.longest), as: UTF8.self) else {
      throw ToolError(.data, "\(input.name): is not text")
    }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      guard !words.isEmpty else { continue }
      do {
        try add(words)
      } catch let error as ManifestError {
        throw ToolError(.data, "\(input.name):\(index + 1): \(error.reason)")
      }
    }
  }

  /// The downloads that names of data sets or files stand for, in the manifest's order.
  func downloads(named names: [String]) throws -> [Download] {
    let known = Set(downloads.flatMap { [$0.dataset, $0.file] })
    for name in names where !known.contains(name) {
      let hint = nearest(to: name, among: known.sorted()).map { "did you mean '\($0)'?" }
      throw ToolError(
        .usage, "there is no data set or file '\(name)'; \(hint ?? "--list shows what there is")")
    }
    let wanted = Set(names)
    return downloads.filter { wanted.contains($0.dataset) || wanted.contains($0.file) }
  }

  private struct ManifestError: Error { let reason: String }

  private mutating func add(_ words: [String]) throws {
    guard words.count >= 5 else {
      throw ManifestError(reason: "needs: dataset file bytes digest url [mirror …]")
    }
    let (dataset, file) = (words[0], words[1])
    for name in [dataset, file] where !Self.isPlain(name) {
      throw ManifestError(reason: "'\(name)' is not a plain file name")
    }
    let size = Int(words[2])
    guard words[2] == "-" || (size ?? -1) >= 0 else {
      throw ManifestError(reason: "'\(words[2])' is not a number of bytes")
    }
    guard let digest = Digest(words[3]) else {
      throw ManifestError(reason: "'\(words[3])' is not sha256:HEX, md5:HEX or sha256-prefix:HEX")
    }
    let urls = try words[4...].map { word in
      guard let url = URL(string: word), let scheme = url.scheme?.lowercased(),
        scheme == "file" ? url.path.hasPrefix("/") : isWeb(url)
      else { throw ManifestError(reason: "'\(word)' is not an http, https or file URL") }
      return url
    }
    let version = Version(size: size, digest: digest, urls: urls)
    guard let index = places[file] else {
      places[file] = downloads.count
      downloads.append(Download(dataset: dataset, file: file, versions: [version]))
      return
    }
    guard downloads[index].dataset == dataset else {
      throw ManifestError(reason: "'\(file)' already belongs to \(downloads[index].dataset)")
    }
    downloads[index].versions.append(version)
  }

  /// Whether a name may become a path, a word of a command line and a word on a screen: it leads nowhere
  /// else, is no option, and shows as it is. `NAME.part.source` must fit the 255 bytes of file systems.
  private static func isPlain(_ name: String) -> Bool {
    let unseen: [Unicode.GeneralCategory] = [
      .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
    ]
    let isShown = name.unicodeScalars.allSatisfy { !unseen.contains($0.properties.generalCategory) }
    return isShown && !name.contains("/") && !name.hasPrefix(".") && !name.hasPrefix("-")
      && name.utf8.count <= 240
  }
}

/// Whether a URL is one that the network is asked for.
func isWeb(_ url: URL) -> Bool {
  ["http", "https"].contains(url.scheme?.lowercased()) && !(url.host ?? "").isEmpty
}
