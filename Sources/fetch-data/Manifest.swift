// The manifest: names, sizes and digests of all downloads, and the only addresses that are ever used.

import Foundation
import Tooling

/// One version of a file: its size and digest, and its addresses.
struct Version {
  /// The size in bytes; nil if unknown.
  let size: Int?
  let digest: Digest
  /// The addresses, in the order in which they are tried.
  let urls: [URL]
}

/// A file that can be downloaded.
struct Download {
  let dataset: String
  let file: String
  /// The accepted versions; usually one.
  var versions: [Version]
}

/// A parsed manifest.
struct Manifest {
  private(set) var downloads: [Download] = []
  /// The index of each file in `downloads`.
  private var places: [String: Int] = [:]

  private static let name = "data-manifest.txt"

  /// The path of the manifest in the working folder, else of the one that was installed with this tool:
  /// PREFIX/bin/fetch-data reads PREFIX/share/feature-init/data-manifest.txt, and reports it.
  /// - Throws: `ToolError` if there is neither.
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

  /// The largest size of a manifest, in bytes.
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

  /// The downloads of the given data sets or files, in the manifest's order.
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

  /// Whether a name is safe as a path, on a command line and on a terminal: it does not lead to another folder, is
  /// not an option, and has only printable characters. `NAME.part.source` must fit the 255 bytes of file systems.
  private static func isPlain(_ name: String) -> Bool {
    let unseen: [Unicode.GeneralCategory] = [
      .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
    ]
    let isShown = name.unicodeScalars.allSatisfy { !unseen.contains($0.properties.generalCategory) }
    return isShown && !name.contains("/") && !name.hasPrefix(".") && !name.hasPrefix("-")
      && name.utf8.count <= 240
  }
}

/// Whether a URL leads to the network.
func isWeb(_ url: URL) -> Bool {
  ["http", "https"].contains(url.scheme?.lowercased()) && !(url.host ?? "").isEmpty
}
