// How the images of a network are prepared, where its file does not say it or another way is asked for.

import ArgumentParser
import StateDictionaries
import Tooling

struct PreparationOptions: ParsableArguments {
  @Option(
    help: "Order of the channels that another program's network takes: rgb or bgr. [default: rgb]")
  var inputOrder: InputOrder?

  @Option(
    help: ArgumentHelp(
      "Mean of each input channel in [0, 1]. [default: see above]", valueName: "r,g,b"))
  var mean: Channels?

  @Option(
    help: ArgumentHelp(
      "Standard deviation of each input channel. [default: see above]", valueName: "r,g,b"))
  var std: Channels?

  @Option(
    help: ArgumentHelp(
      "Height and width of the input; a vision transformer is resampled for it. [default: see above]",
      valueName: "pixels"))
  var side: Int?

  @Option(
    help: ArgumentHelp(
      "Height and width of a vision transformer's patches. [default: those of the file]",
      valueName: "pixels"))
  var patch: Int?

  func validate() throws {
    guard (mean == nil) == (std == nil) else {
      throw ValidationError("--mean and --std must be given together")
    }
    guard std?.values.allSatisfy({ $0 > 0 }) ?? true else {
      throw ValidationError("--std takes positive numbers")
    }
    guard (1...4096).contains(side ?? 1) else { throw ValidationError("--side is 1 to 4096") }
    guard (1...256).contains(patch ?? 1) else { throw ValidationError("--patch is 1 to 256") }
  }

  /// Reports what is assumed of the preparation, and sets what the options give.
  /// - Parameters:
  ///   - isOther: whether another program made the file, which then says none of this unless it was exported.
  ///   - file: its name, for messages.
  /// - Throws: `ToolError` for means or deviations of colours where a network takes grey images.
  func prepare(_ extracted: inout Extracted, isOther: Bool, file: String) throws {
    if isOther { reportAssumptions(extracted) }
    if extracted.isGrey { try prepareGrey(file, extracted) }
    if let mean { extracted.preparation.mean = mean.values }
    if let std { extracted.preparation.std = std.values }
    try extracted.resize(side: side, patch: patch)
  }

  /// Says which preparation of images is assumed, as far as no option says it.
  private func reportAssumptions(_ extracted: Extracted) {
    let assumed = extracted.preparation
    var parts: [(String, option: String)] = []
    if side == nil, !extracted.isSideKnown {
      parts.append(("side \(assumed.side ?? 0)", "--side"))
    }
    if mean == nil, !extracted.isNormalisationKnown, !extracted.isGrey {
      parts.append(
        ("mean \(assumed.mean.perChannel) and std \(assumed.std.perChannel)", "--mean and --std"))
    }
    guard !parts.isEmpty else { return }
    Log.say(
      "its images are assumed to have \(parts.map(\.0).joined(separator: ", ")); "
        + "\(parts.map(\.option).joined(separator: ", ")) set it")
  }

  /// A network of grey images has three equal channels here, and so has its preparation.
  private func prepareGrey(_ name: String, _ extracted: Extracted) throws {
    guard Set(mean?.values ?? [0]).count == 1, Set(std?.values ?? [1]).count == 1 else {
      throw ToolError(
        .usage, "\(name) takes grey images: --mean and --std repeat one number three times")
    }
    Log.say("it takes grey images: three equal channels have a third of its first weights each")
    if mean == nil, !extracted.isNormalisationKnown {
      Log.warn("mean 0.449 and std 0.226 of grey images are assumed: --mean m,m,m --std s,s,s")
    }
  }
}
