// The layers of a Keras configuration: class, settings, and names of their weights.

import Foundation

/// A layer as a configuration describes it.
struct KerasLayer {
  let name: String
  /// The layer's class, such as `Conv2D`.
  let kind: String
  /// The layer's name, after the names of the models that contain it.
  let path: [String]
  /// The same path by class and number, such as `["sequential", "conv2d_1"]`.
  let numbered: [String]
  /// Whether the class is one of Keras.
  let isKeras: Bool
  private let settings: [String: Any]

  init(_ entry: [String: Any], kind: String, number: Int, inside parent: KerasLayer?) {
    self.kind = kind
    settings = entry["config"] as? [String: Any] ?? [:]
    name = entry["name"] as? String ?? settings["name"] as? String ?? ""
    path = (parent?.path ?? []) + [name]
    let word = kind == "BatchNormalization" ? "batch_normalization" : kind.lowercased()
    numbered = (parent?.numbered ?? []) + [number == 0 ? word : "\(word)_\(number)"]
    isKeras = (entry["module"] as? String)?.contains("keras") ?? true
  }

  subscript(key: String) -> Any? { settings[key].flatMap { $0 is NSNull ? nil : $0 } }

  func flag(_ key: String) -> Bool { self[key] as? Bool ?? true }
  func number(_ key: String) -> Double? { self[key] as? Double }
  func text(_ key: String) -> String? { self[key] as? String }

  /// A setting of two numbers, or one number twice: the size of a kernel, strides, the size of a pool.
  func pair(_ key: String) -> [Int]? {
    (self[key] as? Int).map { [$0, $0] } ?? self[key] as? [Int]
  }

  func error(in file: String, _ problem: String) -> StateDictionaryError {
    StateDictionaryError(
      file: file, problem: "its layer \(printable(name)) (\(printable(kind))) \(problem)")
  }
}
