// One task, a number of steps at a time: what the other subcommands start, a process for each.

import ArgumentParser
import Foundation
import Tensors
import Tooling

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Do steps of a task: as many as each line of standard input says.",
    discussion: "Answers in lines of JSON, as peer.py does: a greeting, then one a line.")

  @OptionGroup var job: Job

  func run() throws {
    let workload = try job.prepared()
    var warming = Stopwatch()
    for _ in 0..<2 { try workload.step(&warming) }
    try say(
      Greeting(
        about: "feature-init for \(BuildTarget.description)", images: job.batch,
        operations: workload.operations, bfloat16: nil))
    while let line = readLine(), let steps = Int(line) {
      var watch = Stopwatch()
      let seconds = try (0..<steps).map { _ in
        let start = ContinuousClock.now
        try workload.step(&watch)
        return (ContinuousClock.now - start) / .seconds(1)
      }
      let parts = watch.parts.map { Answer.Part(name: $0.name, seconds: $0.seconds) }
      try say(Answer(seconds: seconds, peak: peakMemory() ?? 0, parts: parts))
    }
  }

  private func say(_ value: some Encodable) throws {
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(value) + Data("\n".utf8))
  }
}

/// What a process reports about itself once it is warm.
struct Greeting: Codable {
  let about: String
  /// Images of a step.
  let images: Int
  /// Floating-point operations of a step.
  let operations: Double?
  /// Whether the processor has instructions for bfloat16: the peer's `versions` answers it.
  let bfloat16: Bool?
}

/// What it reports after the steps of one line of standard input.
struct Answer: Codable {
  /// Seconds of each step.
  let seconds: [Double]
  /// The most memory that the process has held, in bytes.
  let peak: Int
  /// Where the time of all these steps went; the peer leaves it out.
  let parts: [Part]?

  struct Part: Codable {
    let name: String
    var seconds: Double
  }
}
