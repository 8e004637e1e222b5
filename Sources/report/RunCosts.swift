/// Time and memory of runs, from the logs that `train --log` wrote beside them. Clocks are in no run
/// file, so that the same work gives the same bytes.

import Foundation
import Studies

struct RunCosts {
  /// A line of a log, as far as it is needed here.
  private struct Line: Decodable {
    let kind: String
    let step: Int
    let seconds: Double
    var peakMemory: Int?
  }

  private struct Cost {
    /// Of all processes that worked at the run, and the steps that they did.
    var seconds = 0.0
    var steps = 0
    var peakMemory: Int?
  }

  static let caption =
    "Training and evaluation by the wall clock, the other work of the machine included; the most "
    + "memory that one process held"

  private let costs: [(record: RunRecord, cost: Cost)]

  /// nil where no run has a log.
  init?(_ found: [FoundRun]) {
    costs = found.compactMap { run in
      guard let path = run.path, path.hasSuffix(".h5"),
        let text = try? String(contentsOfFile: path.dropLast(3) + ".jsonl", encoding: .utf8),
        let cost = Self.cost(text)
      else { return nil }
      return (run.record, cost)
    }
    guard !costs.isEmpty else { return nil }
  }

  /// nil if the log does not tell of the end. A process that goes on begins with a line `start`.
  private static func cost(_ text: String) -> Cost? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let lines = text.split(separator: "\n").compactMap {
      try? decoder.decode(Line.self, from: Data($0.utf8))
    }
    guard lines.last?.kind == "end" else { return nil }
    var cost = Cost()
    for (index, line) in lines.enumerated() {
      let isLast = index + 1 == lines.count || lines[index + 1].kind == "start"
      if isLast { cost.seconds += line.seconds }
      cost.steps = max(cost.steps, line.step)
      if let memory = line.peakMemory { cost.peakMemory = max(cost.peakMemory ?? 0, memory) }
    }
    return cost
  }

  /// Methods × data sets, means over runs.
  func table(_ study: Study) -> TextTable {
    TextTable(
      [
        .init("data set", isNumeric: false), .init("method", isNumeric: false), .init("runs"),
        .init("seconds a run"), .init("milliseconds a step"), .init("memory, MB"),
      ],
      rows: study.datasets.flatMap { dataset in
        study.methods(on: dataset).compactMap { method -> [String]? in
          let digests = Set(study.runs(of: method, on: dataset).compactMap(\.digest))
          let all = costs.filter { $0.record.digest.map(digests.contains) ?? false }.map(\.cost)
          guard !all.isEmpty else { return nil }
          let seconds = all.map(\.seconds).reduce(0, +)
          let steps = all.map(\.steps).reduce(0, +)
          return [
            dataset, method, "\(all.count)", String(format: "%.1f", seconds / Double(all.count)),
            steps > 0 ? String(format: "%.1f", 1000 * seconds / Double(steps)) : "",
            all.compactMap(\.peakMemory).max().map { String(format: "%.0f", Double($0) / 1e6) }
              ?? "",
          ]
        }
      }
    ).withoutEmptyColumns
  }
}
