// Which options of `sample-init` contradict each other.

import ArgumentParser
import Features
import Tooling

extension SampleInit {
  func validate() throws {
    try validateLibrary()
    guard (1...4096).contains(side ?? 1) else { throw ValidationError("--side is 1 to 4096") }
    do {
      if aligning.align != nil { try validateAlignment() }
      guard try drawsFromFeatures() || input == nil else {
        throw ValidationError(
          "'\(draw.method)' does not draw from features: leave out '\(input ?? "")'")
      }
    } catch let error as FeatureError {
      let isMethod = (try? Initialisers.named(draw.method)) != nil
      let hint = nearest(
        to: isMethod ? draw.head ?? "" : draw.method,
        among: isMethod ? HeadInitialisation.names : Initialisers.all.map(\.name))
      throw ValidationError(error.description + (hint.map { ": did you mean '\($0)'?" } ?? ""))
    }
  }

  /// - Throws: `ValidationError` if `--align` does not go with the method or with other options; `FeatureError` if there
  ///   is no such method.
  private func validateAlignment() throws {
    guard try Initialisers.named(draw.method).aligns else {
      throw ValidationError(
        "'\(draw.method)' draws nothing that depends on a source's channels: --align means nothing for it"
      )
    }
    guard source == nil else {
      throw ValidationError("--align names the source: leave out --source")
    }
    guard images != nil else {
      throw ValidationError("--align needs images: --images IMAGES")
    }
    guard !(aligning.alignNoise && draw.scale == .balanced) else {
      throw ValidationError("--scale balanced needs labels, and noise (--align-noise) has none")
    }
  }
}
