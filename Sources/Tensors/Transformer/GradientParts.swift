// Gradients of a block's parameters, summed image by image.

/// Room for the gradients of some parameters in a fixed number of parts: each part sums its own images in
/// order, and the parts are added in order, so that the number of threads does not enter.
final class GradientParts {
  /// Number of parts: the most threads that can work at once.
  static let parts = 16

  private let parameters: [Parameter]
  private let offsets: [Int]
  private let total: Int
  private let workspace: Workspace
  private let pool: WorkerPool

  /// - Parameter parameters: in plain order (`ParameterLayout.plain`).
  init(_ parameters: [Parameter], workspace: Workspace, pool: WorkerPool) {
    self.parameters = parameters
    (self.workspace, self.pool) = (workspace, pool)
    var offset = 0
    offsets = parameters.map { parameter in
      defer { offset += parameter.count }
      return offset
    }
    total = offset
    workspace.reserve(.weightGradient, Self.parts * total)
  }

  /// Images of part `part`.
  static func images(_ part: Int, of count: Int) -> Range<Int> {
    count * part / parts..<count * (part + 1) / parts
  }

  /// The parts' sums while a backward pass fills them: made before work is shared out.
  struct Sums {
    fileprivate let start: UnsafeMutablePointer<Float>
    fileprivate let total: Int
    fileprivate let offsets: [Int]

    /// Makes the sums of part `part` zero.
    func begin(_ part: Int) {
      (start + part * total).update(repeating: 0, count: total)
    }

    /// The sums of part `part` from parameter number `first` on, one after another.
    func slices(_ part: Int, from first: Int) -> GradientSlices {
      precondition((0..<GradientParts.parts).contains(part) && offsets.indices.contains(first))
      return GradientSlices(start + part * total + offsets[first])
    }
  }

  var sums: Sums {
    Sums(start: workspace[.weightGradient].start, total: total, offsets: offsets)
  }

  /// Adds the parts, and keeps or applies the gradients.
  func finish(_ use: GradientUse) {
    let start = sums.start
    let piece = 1 << 13
    for (parameter, offset) in zip(parameters, offsets) {
      let sum = start + offset
      let write: (Int, Int) -> Void
      switch use {
      case .keep:
        let kept = parameter.keptGradient.start
        write = { (kept + $0).update(from: sum + $0, count: $1) }
      case .apply(let rule):
        let update = parameter.update(by: rule)
        write = { update($0, sum + $0, count: $1) }
      }
      pool.run((parameter.count + piece - 1) / piece) { chunk, _ in
        let first = chunk * piece
        let count = min(piece, parameter.count - first)
        for part in 1..<Self.parts {
          Reductions.addRows(
            sum + part * total + first, rows: 1, columns: count, into: sum + first)
        }
        write(first, count)
      }
    }
  }
}
