/// What is compared with what: the first side is what the others are measured against.
struct Row {
  let name: String
  let sides: [Side]
  /// Steps a round, so that a round takes a second or so.
  let steps: Int

  /// One way of doing the work.
  struct Side {
    let label: String
    let isPeer: Bool
    /// Options of `Job`, or of the peer.
    let task: String
    /// How many processes do it at the same time.
    var copies = 1
    /// Whether it computes in bfloat16, which takes some seconds a step where the processor cannot.
    var isBFloat16 = false

    static func ours(_ task: String) -> Side {
      Side(label: "feature-init", isPeer: false, task: task)
    }

    static func peer(_ way: String, _ task: String, isBFloat16: Bool = false) -> Side {
      Side(label: "PyTorch \(way)", isPeer: true, task: task, isBFloat16: isBFloat16)
    }
  }

  /// Ours and PyTorch in all its ways.
  private init(_ name: String, _ task: String, bfloat16: Bool, steps: Int) {
    var sides = [Side.ours(task)]
    for precision in bfloat16 ? ["f32", "bf16"] : ["f32"] {
      for layout in ["NCHW", "NHWC"] {
        sides.append(
          .peer(
            "\(precision) \(layout)", task + " --layout \(layout) --precision \(precision)",
            isBFloat16: precision == "bf16"))
      }
    }
    self.init(name, sides, steps: steps)
  }

  private init(_ name: String, _ sides: [Side], steps: Int) {
    self.name = name
    self.sides = sides
    self.steps = steps
  }

  /// Ours and PyTorch, run as it is and compiled.
  private init(transformer name: String, _ task: String, steps: Int) {
    self.init(
      name,
      [
        .ours(task), .peer("f32", task), .peer("f32 compiled", task + " --compile"),
      ], steps: steps)
  }

  /// One side alone.
  init(_ side: Side, steps: Int) { self.init(side.label, [side], steps: steps) }

  /// The row without the sides that cannot be measured.
  func keeping(_ isWanted: (Side) -> Bool) -> Row {
    Row(name, sides.filter(isWanted), steps: steps)
  }

  private static let resnet18 = "--architecture resnet18:stem=cifar --side 32 --batch 64"
  private static let resnet20 = "--architecture resnet20 --side 32 --batch 128"
  private static let micro = "--architecture vit-micro --side 28"
  private static let small = "--architecture vit-small-32 --side 32"
  private static let tiny = "--architecture vit-tiny:side=32,patch=4 --side 32"

  static let all = [
    Row("train-32", "train --side 32", bfloat16: true, steps: 4),
    Row("train-64", "train --side 64", bfloat16: true, steps: 1),
    Row("train-224", "train --side 224 --batch 8", bfloat16: true, steps: 1),
    Row(
      "train-224-torchvision", "train --side 224 --batch 8 --head torchvision", bfloat16: true,
      steps: 1),
    Row("evaluate-32", "evaluate --side 32", bfloat16: false, steps: 10),
    Row("evaluate-64", "evaluate --side 64", bfloat16: false, steps: 3),
    Row("evaluate-224", "evaluate --side 224 --batch 8", bfloat16: false, steps: 2),
    // Images times 10 logits are what compute-agop takes at once, here and in the rows of transformers; the peer
    // has the batch that is its fastest.
    Row(
      "agop-32",
      [
        .ours("agop --side 32 --batch 48"),
        .peer("Jacobians", "agop-jacobians --side 32 --batch 4"),
        .peer("factorised NCHW", "agop --side 32 --batch 64"),
        .peer("factorised NHWC", "agop --side 32 --batch 64 --layout NHWC"),
      ], steps: 1),
    Row(
      "agop-64",
      [
        .ours("agop --side 64 --batch 8"),
        .peer("factorised NHWC", "agop --side 64 --batch 16 --layout NHWC"),
      ], steps: 1),
    Row(
      "agop-224",
      [
        .ours("agop --side 224 --batch 2"),
        .peer("factorised NHWC", "agop --side 224 --batch 2 --layout NHWC"),
      ], steps: 1),
    Row("train-resnet18", "train \(resnet18)", bfloat16: true, steps: 2),
    Row("train-resnet20", "train \(resnet20)", bfloat16: true, steps: 8),
    Row("evaluate-resnet18", "evaluate \(resnet18)", bfloat16: false, steps: 5),
    Row("evaluate-resnet20", "evaluate \(resnet20)", bfloat16: false, steps: 20),
    Row(transformer: "train-micro", "train \(micro) --batch 128", steps: 8),
    Row(transformer: "train-small", "train \(small) --batch 128", steps: 3),
    Row(transformer: "train-tiny", "train \(tiny) --batch 64", steps: 1),
    Row(transformer: "evaluate-micro", "evaluate \(micro) --batch 128", steps: 20),
    Row(transformer: "evaluate-small", "evaluate \(small) --batch 128", steps: 8),
    Row(transformer: "evaluate-tiny", "evaluate \(tiny) --batch 64", steps: 3),
    Row(
      "agop-micro",
      [
        .ours("agop \(micro) --batch 47"),
        .peer("factorised", "agop \(micro) --batch 64"),
      ], steps: 2),
    Row(
      "agop-small",
      [
        .ours("agop \(small) --batch 18"),
        .peer("factorised", "agop \(small) --batch 64"),
      ], steps: 1),
    Row("sample-init-32", [.ours("sample-init --side 32 --batch 128")], steps: 1),
    Row("sample-init-64", [.ours("sample-init --side 64 --batch 32")], steps: 1),
    Row("sample-init-224", [.ours("sample-init --side 224 --batch 8")], steps: 1),
    Row("assemble-224", [.ours("assemble --side 224 --batch 8")], steps: 10),
    Row(
      "two-at-once",
      [
        Side(
          label: "two runs, 1 thread each", isPeer: false, task: "train --side 32 --threads 1",
          copies: 2),
        Side(
          label: "one run, 2 threads", isPeer: false, task: "train --side 32 --threads 2"),
      ], steps: 4),
  ]
}
