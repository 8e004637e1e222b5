// Time and memory of a run's training, from the log that `train --log` wrote beside it. The file may have any contents:
// it is read one megabyte at a time, and a file that `train` would not have written is not a log.

import Foundation

struct TrainingCost {
  /// The sum over all processes that worked at the run.
  private(set) var seconds = 0.0
  /// Steps that they did.
  private(set) var steps = 0
  /// The most that one process held, in bytes.
  private(set) var peakMemory: Int?

  /// The reason why a file beside a run is not a log.
  struct NoLog: Error {}

  /// A line of a log, as far as it is needed here.
  private struct Line: Decodable {
    let kind: String
    let step: Int
    let seconds: Double
    var peakMemory: Int?

    /// Whether the numbers can be a computer's: three hundred years, and what a Double counts exactly.
    var isPossible: Bool {
      let counts = 0...(1 << 53)
      return counts.contains(step) && (0...1e10).contains(seconds)
        && peakMemory.map(counts.contains) ?? true
    }
  }

  /// Bytes of the longest line; those of `train` have some 500.
  private static let longestLine = 1 << 16

  /// Reads a log; nil where there is no file, and where the log does not tell of the end.
  /// - Throws: `NoLog`.
  init?(log path: String) throws {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    // A pipe or a device would be read for ever.
    guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
      throw NoLog()
    }
    let file = try FileHandle(forReadingFrom: url)
    var line: [UInt8] = []
    // The two lines before; of a process that was killed the last may be half a line.
    var before: [[UInt8]] = []
    func finishLine() throws {
      guard !line.isEmpty else { return }
      // A process that goes on begins with a line `start`: what stands before is its predecessor's end.
      if line.contains(Self.start), try Self.read(line)?.kind == "start" {
        if let last = try before.compactMap(Self.read).last { add(last) }
        before = []
      }
      before = before.suffix(1) + [line]
      line.removeAll(keepingCapacity: true)
    }
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      for part in piece.split(separator: 10, omittingEmptySubsequences: false) {
        if part.startIndex > piece.startIndex { try finishLine() }
        guard line.count + part.count <= Self.longestLine else { throw NoLog() }
        line += part
      }
    }
    try finishLine()
    guard let end = try before.last.flatMap(Self.read), end.kind == "end" else { return nil }
    add(end)
  }

  private static let start = Array("start".utf8)

  /// nil for what is no line of a log.
  /// - Throws: `NoLog` for numbers that no computer has.
  private static func read(_ line: [UInt8]) throws -> Line? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let line = try? decoder.decode(Line.self, from: Data(line)) else { return nil }
    guard line.isPossible else { throw NoLog() }
    return line
  }

  private mutating func add(_ last: Line) {
    seconds += last.seconds
    steps = max(steps, last.step)
    if let memory = last.peakMemory { peakMemory = max(peakMemory ?? 0, memory) }
  }
}
