// The update rule of the options, and its record in histories and run files.

import HDF5
import Schemas
import Tensors

extension OptimiserOptions {
  /// The update rule, with the learning rate of the first step.
  var rule: any UpdateRule {
    switch optimiser {
    case .sgd: sgd
    case .adamw: adamW
    }
  }

  private var sgd: SGD {
    SGD(
      learningRate: learningRate, momentum: momentum ?? 0.9, weightDecay: weightDecay ?? 5e-4,
      nesterov: nesterov)
  }

  private var adamW: AdamW {
    AdamW(
      learningRate: learningRate, beta1: beta1 ?? 0.9, beta2: beta2 ?? 0.999,
      weightDecay: weightDecay ?? 0.01)
  }

  /// The update rule's own numbers, as options and as attributes. The name of SGD, the default, is left out.
  private var settings: [(option: String, attribute: RunFile.Attribute, value: Float)] {
    switch optimiser {
    case .sgd:
      [
        ("momentum", .momentum, sgd.momentum), ("weight-decay", .weightDecay, sgd.weightDecay),
      ]
    case .adamw:
      [
        ("beta1", .beta1, adamW.beta1), ("beta2", .beta2, adamW.beta2),
        ("weight-decay", .weightDecay, adamW.weightDecay),
      ]
    }
  }

  /// Options that are off by default, as options and as attributes.
  private var additions: [(option: String, attribute: RunFile.Attribute, value: Double)] {
    let all: [(option: String, attribute: RunFile.Attribute, value: Double)] = [
      ("warm-up", .warmUp, warmUp), ("mixup", .mixup, mixup), ("cutmix", .cutmix, cutmix),
    ]
    return all.filter { $0.value > 0 }
  }

  /// The options that decide the result, by their names on the command line.
  var described: [(String, String)] {
    [("batch", "\(batch)"), ("learning-rate", "\(learningRate)")]
      + (optimiser == .sgd ? [] : [("optimiser", optimiser.rawValue)])
      + settings.map { ($0.option, "\($0.value)") }
      + [
        ("schedule", schedule.text), ("augment", augment.text),
        ("label-smoothing", "\(labelSmoothing)"),
      ] + (nesterov ? [("nesterov", "")] : []) + (clip.map { [("clip", "\($0)")] } ?? [])
      + additions.map { ($0.option, "\($0.value)") }
  }

  /// The same as attributes of the run.
  var attributes: [RunFile.Attribute: AttributeValue] {
    var values: [RunFile.Attribute: AttributeValue] = [
      .batch: .integer(batch), .learningRate: .double(exactly(learningRate)),
      .schedule: .string(schedule.text), .augment: .string(augment.text),
      .labelSmoothing: .double(exactly(labelSmoothing)),
    ]
    for (_, attribute, value) in settings { values[attribute] = .double(exactly(value)) }
    switch optimiser {
    case .sgd: values[.nesterov] = .integer(nesterov ? 1 : 0)
    case .adamw: values[.optimiser] = .string(optimiser.rawValue)
    }
    values[.clip] = clip.map { .double($0) }
    for (_, attribute, value) in additions { values[attribute] = .double(value) }
    return values
  }

  /// The number as it was written: 0.1, not 0.100000001.
  private func exactly(_ x: Float) -> Double { Double("\(x)") ?? Double(x) }
}
