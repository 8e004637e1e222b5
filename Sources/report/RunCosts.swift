// Time and memory of runs, from the logs that `train --log` wrote beside them. Run files contain no times, so that the
// same work gives the same bytes.

import Foundation
import Studies
import Tooling

struct RunCosts {
  static let caption =
    "Training and evaluation by the wall clock, the other work of the machine included; the most "
    + "memory that one process held"

  private let costs: [(record: RunRecord, cost: TrainingCost)]

  /// nil where no run has a log. A file in place of a log that is not one is reported.
  init?(_ found: [FoundRun]) {
    costs = found.compactMap { run -> (record: RunRecord, cost: TrainingCost)? in
      guard let path = run.path, path.hasSuffix(".h5") else { return nil }
      let log = "\(path.dropLast(3)).jsonl"
      do { return try TrainingCost(log: log).map { (run.record, $0) } } catch {
        Log.say("\(log) is not a log of train: the page does not show its time and memory")
        return nil
      }
    }
    guard !costs.isEmpty else { return nil }
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
          // As Double: sums of the counts of many runs need not fit in an integer.
          let steps = all.map { Double($0.steps) }.reduce(0, +)
          return [
            dataset, method, "\(all.count)", String(format: "%.1f", seconds / Double(all.count)),
            steps > 0 ? String(format: "%.1f", 1000 * seconds / steps) : "",
            all.compactMap(\.peakMemory).max().map { String(format: "%.0f", Double($0) / 1e6) }
              ?? "",
          ]
        }
      }
    ).withoutEmptyColumns
  }
}
