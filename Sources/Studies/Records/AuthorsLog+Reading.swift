// Reading JSON that Python wrote and people may have edited.

import Foundation

extension AuthorsLog {
  /// The object with keys in small letters under the authors' names, whatever the spelling in the file.
  static func normalised(_ object: [String: Any]) -> [String: Any] {
    var result: [String: Any] = [:]
    // Keys are sorted, so that the choice between two spellings of one key is always the same.
    for (key, value) in object.sorted(by: { $0.key < $1.key }) {
      let name = canonicalKey(key)
      result[name] = result[name] ?? value
    }
    return result
  }

  private static func canonicalKey(_ key: String) -> String {
    var name = key.lowercased()
    for (long, short) in [("validation_", "val_"), ("valid_", "val_"), ("training_", "train_")]
    where name.hasPrefix(long) {
      name = short + name.dropFirst(long.count)
    }
    let plurals = ["accuracies": "accs", "accuracy": "accs", "acc": "accs", "loss": "losses"]
    for part in ["val_", "train_"] where name.hasPrefix(part) {
      name =
        part + (plurals[String(name.dropFirst(part.count))] ?? String(name.dropFirst(part.count)))
    }
    return name == "test_accuracy" ? "test_acc" : name
  }

  /// The numbers of a list, in which null counts as NaN; nil for anything else.
  static func numbers(_ value: Any?) -> [Double]? {
    guard let list = value as? [Any] else { return nil }
    var numbers: [Double] = []
    for element in list {
      if element is NSNull {
        numbers.append(.nan)
      } else if let element = number(element) {
        numbers.append(element)
      } else {
        return nil
      }
    }
    return numbers
  }

  /// A number, which may be in quotes.
  static func number(_ value: Any?) -> Double? {
    if let text = value as? String { return Double(text) }
    return (value as? NSNumber)?.doubleValue
  }

  /// A method's name in this project: `kaiming_nfm` is `kaiming-nfm`.
  static func ourName(_ method: String) -> String {
    let name = method.lowercased().replacing("_", with: "-")
    return name == "xavier" ? "xavier-normal" : name
  }

  /// The names of the optimiser's options in this project and in the authors' code.
  static let optimiserNames = [
    "learning_rate": "lr", "momentum": "momentum", "weight_decay": "weight_decay",
  ]

  static func options(_ section: [String: Any]) -> [RunOption] {
    section.sorted { $0.key < $1.key }.map { key, value in
      let name = optimiserNames.first { $0.value == key }?.key ?? key
      return RunOption(name, value as? String ?? number(value).map { exact($0) } ?? "\(value)")
    }
  }

  /// The text with null in place of NaN and Infinity outside strings, which Python writes but JSON does not have.
  static func withoutNaN(_ data: Data) -> Data {
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    let bytes = [UInt8](data)
    let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }
    var (index, inString) = (0, false)
    while index < bytes.count {
      let byte = bytes[index]
      if !inString, let word = words.first(where: { bytes[index...].starts(with: $0) }) {
        result += Array("null".utf8)
        index += word.count
        continue
      }
      result.append(byte)
      index += 1
      if byte == UInt8(ascii: "\"") { inString.toggle() }
      if inString, byte == UInt8(ascii: "\\"), index < bytes.count {
        result.append(bytes[index])
        index += 1
      }
    }
    return Data(result)
  }
}
