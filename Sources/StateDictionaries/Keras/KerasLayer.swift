/// One layer of a Keras configuration: its class, its settings, and where its weights lie.

import Foundation

/// A layer as a configuration describes it.
struct KerasLayer {
  let name: String
  /// Its class, as `Conv2D`.
  let kind: String
  /// Its name behind those of the models around it.
  let path: [String]
  /// The same by class and number, as `["sequential", "conv2d_1"]`.
  let numbered: [String]
  /// Whether the class is Keras's own.
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

  /// One number twice, or two: a kernel's size, steps, a pool's size.
  func pair(_ key: String) -> [Int]? {
    (self[key] as? Int).map { [$0, $0] } ?? self[key] as? [Int]
  }

  func error(in file: String, _ problem: String) -> StateDictionaryError {
    StateDictionaryError(
      file: file, problem: "its layer \(printable(name)) (\(printable(kind))) \(problem)")
  }
}
