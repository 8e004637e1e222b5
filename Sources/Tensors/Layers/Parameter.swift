// What a layer learns, with its gradient and what the update rule keeps of it.

/// A parameter of a network: one tensor of its state dictionary, laid out in memory as its layer's
/// kernels read it. Values go in and out in PyTorch's order.
package final class Parameter {
  /// PyTorch's name, `features.0.weight`.
  package let name: String
  /// PyTorch's shape, `[K, C, 3, 3]`.
  package let shape: [Int]
  /// Whether rules with decoupled weight decay shrink it: filters and matrices, not biases, norms' gains
  /// and shifts, positions and tokens.
  package let decays: Bool
  /// Whether a step of training changes it by its gradient; false for the running statistics of batch normalisation, which
  /// have no gradient and no state of an update rule. They are loaded, collected and kept in files as all others.
  package let learns: Bool
  let layout: ParameterLayout
  /// The values, in the kernels' order.
  let memory: Buffer
  private var gradientMemory: Buffer?
  /// The update rule's state, a buffer a slot; made when first asked for.
  private var slots: [Buffer] = []

  /// A parameter that lies in memory as PyTorch has it, zeros.
  /// - Parameter decays: false for what is no matrix though it has several dimensions, as positions
  ///   [1, T, d] and tokens [1, 1, d]; nil: vectors do not decay, all others do.
  package convenience init(
    _ name: String, shape: [Int], decays: Bool? = nil, learns: Bool = true
  ) {
    self.init(name, shape: shape, decays: decays, learns: learns, layout: .plain)
  }

  init(
    _ name: String, shape: [Int], decays: Bool? = nil, learns: Bool = true, layout: ParameterLayout
  ) {
    self.name = name
    self.shape = shape
    self.decays = learns && (decays ?? (shape.count > 1))
    self.learns = learns
    self.layout = layout
    memory = Buffer(count: shape.reduce(1, *))
  }

  package var count: Int { memory.count }

  package var values: [Float] { layout.unpacked(memory.values()) }

  /// Takes over `count` values.
  package func load(_ values: [Float]) {
    precondition(values.count == count, "\(values.count) values for '\(name)' \(shape)")
    memory.load(layout.packed(values))
  }

  // MARK: Gradient

  /// The gradient of the last backward pass that kept it.
  package var gradient: [Float] {
    guard let gradientMemory else { preconditionFailure("no gradient of '\(name)' was kept") }
    return layout.unpacked(gradientMemory.values())
  }

  /// Room for the gradient, in the kernels' order: made when first asked for, since training may
  /// apply gradients as they form.
  package var keptGradient: Buffer {
    let gradient = gradientMemory ?? Buffer(count: count)
    gradientMemory = gradient
    return gradient
  }

  // MARK: Update

  /// What the update rule keeps in slot `index` (SGD's velocity in 0): zeros before the first step.
  package func state(_ index: Int) -> [Float] {
    index < slots.count
      ? layout.unpacked(slots[index].values()) : [Float](repeating: 0, count: count)
  }

  /// Takes over what the update rule has kept in slot `index`. What does not learn has no state: its values are dropped.
  package func load(_ values: [Float], state index: Int) {
    precondition(values.count == count, "\(values.count) values for a state of '\(name)' \(shape)")
    guard learns else { return }
    reserveState(index + 1)
    slots[index].load(layout.packed(values))
  }

  /// Makes room for `count` slots of an update rule's state, zeros; none for what does not learn.
  package func reserveState(_ count: Int) {
    guard learns else { return }
    while slots.count < count { slots.append(Buffer(count: self.count)) }
  }

  /// One step of `rule` on this parameter, to be made piece by piece. Ask before work is shared out:
  /// the first time allocates the rule's state.
  func update(by rule: any UpdateRule) -> ParameterUpdate {
    precondition(learns, "'\(name)' does not learn")
    reserveState(rule.slots.count)
    return ParameterUpdate(
      rule, decays: decays, values: memory.start, state: slots.map(\.start))
  }

  /// One step of `rule` with the kept gradient.
  package func step(_ rule: any UpdateRule, pool: WorkerPool) {
    guard let gradient = gradientMemory else {
      preconditionFailure("no gradient of '\(name)' was kept")
    }
    let (update, start, count) = (update(by: rule), gradient.start, count)
    let piece = 1 << 15
    pool.run((count + piece - 1) / piece) { chunk, _ in
      let first = chunk * piece
      update(first, start + first, count: min(piece, count - first))
    }
  }
}

/// One step of an update rule on one parameter: any thread may apply any piece of the gradient.
struct ParameterUpdate {
  private let rule: any UpdateRule
  private let decays: Bool
  private let values: UnsafeMutablePointer<Float>
  private let state: [UnsafeMutablePointer<Float>]

  init(
    _ rule: any UpdateRule, decays: Bool, values: UnsafeMutablePointer<Float>,
    state: [UnsafeMutablePointer<Float>]
  ) {
    self.rule = rule
    self.decays = decays
    self.values = values
    self.state = state
  }

  /// Applies `count` floats of the gradient, which belong to the values from `offset` on.
  func callAsFunction(_ offset: Int, _ gradient: UnsafePointer<Float>, count: Int) {
    let piece = ParameterPiece(
      values: values + offset, gradient: gradient,
      first: state.first.map { $0 + offset } ?? values + offset,
      second: state.last.map { $0 + offset } ?? values + offset, count: count, decays: decays)
    rule.apply(to: piece)
  }
}

/// How a parameter lies in memory.
enum ParameterLayout {
  /// As PyTorch has it.
  case plain
  /// Filters [k², C, K], for products of whole patches.
  case taps(_ taps: Int = 9, inputs: Int, outputs: Int)
  /// Filters in panels of 32 outputs, for the register kernels.
  case panels(PackedFilters)

  func packed(_ values: [Float]) -> [Float] {
    switch self {
    case .plain: values
    case .taps(let taps, let inputs, let outputs):
      WeightOrder.kernel(values, taps: taps, inputs: inputs, outputs: outputs)
    case .panels(let filters): filters.packed(values)
    }
  }

  func unpacked(_ values: [Float]) -> [Float] {
    switch self {
    case .plain: values
    case .taps(let taps, let inputs, let outputs):
      WeightOrder.pyTorch(values, taps: taps, inputs: inputs, outputs: outputs)
    case .panels(let filters): filters.unpacked(values)
    }
  }
}
