/// The sides of a row taking turns, a few steps each, so that background load affects all of them equally.
struct Contest {
  let row: Row
  private(set) var results: [Result] = []
  /// Labels of the peer's sides that ended before they were warm: torch.compile without a compiler.
  let leftOut: [String]

  /// What one side did.
  struct Result {
    let label: String
    /// Processes times images of a step.
    let images: Int
    let operations: Double?
    /// Seconds of each step.
    var seconds: [Double] = []
    /// Bytes, of all its processes.
    var peak = 0
    var parts: [Answer.Part] = []

    var median: Double { seconds.sorted()[seconds.count / 2] }
    var imagesPerSecond: Double { Double(images) / median }
  }

  /// - Parameter command: the command line of a side.
  /// - Throws: `ContenderError` if one of ours ends without an answer, or the peer's after it was warm.
  init(_ row: Row, rounds: Int, command: (Row.Side) -> [String]) throws {
    self.row = row
    var sides: [(side: Row.Side, contenders: [Contender])] = []
    var leftOut: [String] = []
    for side in row.sides {
      do {
        sides.append((side, try (0..<side.copies).map { _ in try Contender(command(side)) }))
      } catch let error as ContenderError {
        guard side.isPeer else { throw error }
        leftOut.append(side.label)
      }
    }
    self.leftOut = leftOut
    results = sides.map { side, contenders in
      let greeting = contenders[0].greeting
      return Result(
        label: side.label, images: side.copies * greeting.images,
        operations: greeting.operations.map { Double(side.copies) * $0 })
    }
    for _ in 0..<rounds {
      for (i, contenders) in sides.map(\.contenders).enumerated() {
        for contender in contenders { contender.begin(steps: row.steps) }
        results[i].add(try contenders.map { try $0.answer() })
      }
    }
  }
}

extension Contest.Result {
  /// A round's answers of all processes: steps done at the same time count as one, of the longest.
  fileprivate mutating func add(_ answers: [Answer]) {
    let steps = answers.map(\.seconds.count).min() ?? 0
    seconds += (0..<steps).map { step in answers.map { $0.seconds[step] }.max() ?? 0 }
    peak = max(peak, answers.reduce(0) { $0 + $1.peak })
    for part in answers.first?.parts ?? [] {
      if let i = parts.firstIndex(where: { $0.name == part.name }) {
        parts[i].seconds += part.seconds
      } else {
        parts.append(part)
      }
    }
  }
}
