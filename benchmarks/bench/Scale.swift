// What a larger batch, side, width or number of threads costs: one table each, as gnuplot reads them (`index 0`, `1`, …).

import ArgumentParser
import Foundation

struct Scale: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how cost grows with batch, side, threads, width, images and logits.",
    discussion: "Prints tables for scale.gnuplot: columns x, images/s, ms a step, peak MB.")

  @Option(help: "Steps of each configuration, after two that warm it up.")
  var steps = 5

  /// A table: its name, and the tasks by the value that varies.
  private static let tables: [(name: String, tasks: [(x: String, task: String)])] = [
    ("batch", [16, 32, 64, 128, 256, 512].map { ("\($0)", "train --batch \($0)") }),
    (
      "batch, 1 thread",
      [16, 32, 64, 128, 256, 512].map { ("\($0)", "train --batch \($0) --threads 1") }
    ),
    (
      "side",
      [(32, 64), (64, 64), (96, 32), (128, 16), (224, 8)].map {
        ("\($0)", "train --side \($0) --batch \($1)")
      }
    ),
    ("width", ["0.25", "0.5", "1"].map { ($0, "train --architecture vgg11@\($0)") }),
    ("images of an AGOP", [1, 2, 4, 8, 16, 32].map { ("\($0)", "agop --batch \($0)") }),
    ("logits of an AGOP", [1, 2, 5, 10].map { ("\($0)", "agop --batch 16 --logits \($0)") }),
  ]

  func validate() throws {
    guard steps > 0 else { throw ValidationError("--steps is at least 1") }
  }

  func run() throws {
    print("# \(Machine.description)")
    for (name, tasks) in Self.tables {
      print("# \(name)\timages/s\tms\tpeak MB")
      for (x, task) in tasks {
        let side = Row.Side.ours(task)
        let contest = try Contest(Row(side, steps: steps), rounds: 1) {
          [CommandLine.arguments[0], "serve"] + $0.task.split(separator: " ").map(String.init)
        }
        guard let result = contest.results.first else { continue }
        print(
          String(
            format: "%@\t%.1f\t%.2f\t%d", x, result.imagesPerSecond, 1e3 * result.median,
            result.peak / 1_000_000))
        fflush(nil)
      }
      print("\n")
    }
  }
}
