// The small values that files store beside their datasets.

/// The value of an attribute. Integers are stored as 64-bit, numbers as Float64, text as UTF-8 of
/// variable length (which Python reads as `str`).
package enum AttributeValue: Equatable, Sendable {
  case string(String)
  case strings([String])
  case double(Double)
  case doubles([Double])
  case integer(Int)
  case integers([Int])
}

extension AttributeValue {
  /// The text; nil when the value is not a text.
  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The texts; a single text counts as a list of one.
  package var strings: [String]? {
    switch self {
    case .string(let value): [value]
    case .strings(let values): values
    default: nil
    }
  }

  /// The number; integers count as numbers, and nil means that the value is not a number.
  package var double: Double? {
    switch self {
    case .double(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// The numbers; a single number counts as a list of one, and integers count as numbers.
  package var doubles: [Double]? {
    switch self {
    case .double(let value): [value]
    case .doubles(let values): values
    case .integer(let value): [Double(value)]
    case .integers(let values): values.map { Double($0) }
    default: nil
    }
  }

  /// The integer; nil when the value is not an integer.
  package var integer: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The integers; a single integer counts as a list of one.
  package var integers: [Int]? {
    switch self {
    case .integer(let value): [value]
    case .integers(let values): values
    default: nil
    }
  }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  package init(stringLiteral value: String) { self = .string(value) }
}

extension AttributeValue: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int) { self = .integer(value) }
}

extension AttributeValue: ExpressibleByFloatLiteral {
  package init(floatLiteral value: Double) { self = .double(value) }
}
