// Reads what another program has learned: a trained network, or matrices that were computed from one.

import ArgumentParser
import HDF5
import Networks
import Schemas
import StateDictionaries
import Tooling

@main
struct ExtractPretrained: Tool {
  static let configuration = CommandConfiguration(
    commandName: "extract-pretrained",
    abstract: "Take a trained network out of a file, or feature matrices out of text files.",
    discussion: discussion, version: version)

  @Argument(help: "The file to read; - for standard input.", completion: .file())
  var input: String?

  @Option(
    name: .shortAndLong, help: "The file to write; - for standard output.", completion: .file())
  var output = "-"

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var images: PreparationOptions

  @OptionGroup var exporting: ExportOptions

  @OptionGroup var matrices: MatrixOptions

  @OptionGroup var quiet: QuietOption

  private var format: StateDictionaryFormat? { exporting.format(of: output) }

  func validate() throws {
    guard exporting.naming == nil || format != nil else {
      throw ValidationError("--naming is for --export, or -o FILE.pth, .pt or .safetensors")
    }
    try validateMatrices()
  }

  func run() throws {
    guard matrices.fromCsv.isEmpty else { return try extractMatrices() }
    let path = try ModelFolder.weights(at: input ?? "-")
    let written = PlannedFile(output, format.map(OutputKind.stateDictionary) ?? .network)
    try PlannedFile.check([written], reading: [path])
    let input = try Input(path: path)
    let output = try Output(path: output)
    let source = try Source(input, path: path, key: selection.key)
    var extracted = try extract(source, name: input.name)
    try images.prepare(&extracted, isOther: source.isOther, file: input.name)
    try PlannedFile.check([written], reading: extracted.shards)
    let digests = [try input.sha256()] + (try extracted.shards.map { try Input(path: $0).sha256() })
    extracted.history = extracted.history.appending(
      tool: Self.configuration.commandName ?? "", options: options(extracted),
      inputs: digests.map { (role: extracted.role, sha256: $0) })
    if format != nil { try extracted.rename(exporting.naming) }
    try extracted.write(format, to: output)
  }

  /// The network that the options select.
  /// - Throws: `ToolError` for an option that would change nothing: it is an error, not a silence.
  private func extract(_ source: Source, name: String) throws -> Extracted {
    switch source {
    case .ours(let file):
      try selection.refuseForOwnFile(name, inputOrder: images.inputOrder != nil)
      return try Extracted(ours: file, epoch: selection.epoch, depth: selection.depth)
    case .others(let dictionary):
      guard selection.epoch == nil else {
        throw ToolError(.usage, "--epoch is for runs of these tools: \(name) is not one")
      }
      return try Extracted(
        reporting(.data) { try dictionary.renaming(selection.rename) },
        inputOrder: images.inputOrder, depth: selection.depth,
        architecture: selection.architecture, withoutHead: selection.withoutHead)
    }
  }

  /// The options on which the output depends.
  private func options(_ extracted: Extracted) -> [(String, String)] {
    let options: [(String, String?)] = [
      ("epoch", extracted.isRun ? (selection.epoch ?? .best).rawValue : nil),
      ("as", selection.depth?.rawValue), ("architecture", selection.architecture),
      ("input-order", images.inputOrder?.rawValue), ("key", selection.key),
      ("without-head", selection.withoutHead ? "" : nil),
      ("mean", images.mean?.description), ("std", images.std?.description),
      ("side", images.side.map(String.init)), ("patch", images.patch.map(String.init)),
      ("export", format?.rawValue), ("naming", exporting.naming?.rawValue),
    ]
    return options.compactMap { name, value in value.map { (name, $0) } }
      + selection.rename.map { ("rename", "\($0)") }
  }
}
