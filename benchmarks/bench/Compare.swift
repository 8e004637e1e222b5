// The table: every work, ours beside the peer's.

import ArgumentParser
import Foundation
import Tensors

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure works interleaved with PyTorch and print a table (the default).",
    discussion: """
      Every configuration has a process of its own; the processes of a row take turns for some rounds. ms is
      the median over all steps; GFLOP/s counts the multiply-adds of direct convolutions, matrices and attention, two operations each;
      peak is the most memory that the process has held, its start included. "ours is" is the row's first line
      divided by this line, in images per second. Without PyTorch, or without Python, only ours are measured; PyTorch's
      bfloat16 only where the processor has instructions for it, and a compiled network only where its
      compiler works.
      """)

  @Argument(help: "Rows to measure: \(Row.all.map(\.name).joined(separator: ", ")). [default: all]")
  var rows: [String] = []

  @Option(help: "How often each process takes its turn.")
  var rounds = 7

  @Option(help: "A Python that has PyTorch.")
  var python = "python3"

  @Option(help: "The peer's script.")
  var peer = "benchmarks/peer.py"

  func validate() throws {
    guard rounds > 0 else { throw ValidationError("--rounds is at least 1") }
    for name in rows where !Row.all.contains(where: { $0.name == name }) {
      throw ValidationError("no row '\(name)'")
    }
  }

  func run() throws {
    // A process that has died is reported in a line, instead of ending this one too.
    signal(SIGPIPE, SIG_IGN)
    let other = try? Contender([python, peer, "versions"]).greeting
    let bfloat16 = other?.bfloat16 ?? false
    print(Machine.description)
    let about = other?.about ?? "nothing: no PyTorch"
    print("feature-init for \(BuildTarget.description) against \(about)")
    if other != nil, !bfloat16 {
      print("PyTorch's bf16 is left out: this processor is not known to have instructions for it")
    }
    print("\(rounds) rounds, interleaved; 2 threads unless it says otherwise\n")
    print(Self.line("work", "by", "ms/step", "images/s", "GFLOP/s", "peak MB", "ours is"))
    for row in Row.all where rows.isEmpty || rows.contains(row.name) {
      let row = row.keeping { (other != nil || !$0.isPeer) && (bfloat16 || !$0.isBFloat16) }
      report(try Contest(row, rounds: rounds) { command($0) })
    }
  }

  private func command(_ side: Row.Side) -> [String] {
    (side.isPeer ? [python, peer] : [CommandLine.arguments[0], "serve"])
      + side.task.split(separator: " ").map(String.init)
  }

  private func report(_ contest: Contest) {
    guard let first = contest.results.first else { return }
    for (i, result) in contest.results.enumerated() {
      let ratio = first.imagesPerSecond / result.imagesPerSecond
      print(
        Self.line(
          i == 0 ? contest.row.name : "", result.label, Self.fixed(1e3 * result.median, 1),
          Self.fixed(result.imagesPerSecond, 1),
          result.operations.map { Self.fixed($0 / result.median / 1e9, 0) } ?? "",
          "\(result.peak / 1_000_000)", i == 0 ? "" : "\(Self.fixed(ratio, 2))×"))
    }
    let total = first.parts.reduce(0) { $0 + $1.seconds }
    let parts = first.parts.map {
      "\($0.name) \(Self.fixed(1e3 * $0.seconds / Double(first.seconds.count), 1)) ms"
        + " (\(Self.fixed(100 * $0.seconds / total, 0)) %)"
    }
    if parts.count > 1 { print("  " + parts.joined(separator: ", ")) }
    for label in contest.leftOut { print("  \(label) is left out: it ended without an answer") }
    // A row takes a minute, and a pipe to tee holds it back.
    fflush(nil)
  }

  private static func line(_ columns: String...) -> String {
    let widths = [22, 25, 9, 10, 9, 9, 9]
    return zip(columns, widths).enumerated().map { i, column in
      let space = String(repeating: " ", count: max(0, column.1 - column.0.count))
      return i < 2 ? column.0 + space : space + column.0
    }.joined()
  }

  private static func fixed(_ x: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", x)
  }
}
