// The values in a pickle of a state dictionary: plain values, containers, tensors.

/// A value in a pickle. Containers are handles into a `PickleHeap`: they can be shared and even contain themselves,
/// as in Python, but nothing recurses, however deep a hostile file nests them.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer of more than 64 bits, in little-endian two's complement; only the older form's magic number is one.
  case longInteger([UInt8])
  case real(Double)
  case string(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(TorchGlobal)
  /// An object of this name (`argparse.Namespace`) that is not read, or the name itself.
  case placeholder(String)
  indirect case storage(TypedStorage)
  indirect case tensor(StridedView)

  var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
}

final class PickleHeap {
  private(set) var sequences: [[PickleValue]] = []
  private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  /// The attributes of ordered dictionaries, which are dictionaries themselves, by handle.
  private(set) var attributes: [Int: PickleValue] = [:]
  /// The number of containers and of all values ever put into them, which limits the heap's memory.
  private(set) var count = 0

  func tuple(_ items: [PickleValue]) -> PickleValue {
    count += 1 + items.count
    sequences.append(items)
    return .tuple(sequences.count - 1)
  }

  func list() -> PickleValue {
    count += 1
    sequences.append([])
    return .list(sequences.count - 1)
  }

  func dictionary(_ pairs: [(key: PickleValue, value: PickleValue)] = []) -> PickleValue {
    count += 1 + pairs.count
    dictionaries.append(pairs)
    return .dictionary(dictionaries.count - 1)
  }

  func append(_ items: [PickleValue], to list: Int) {
    count += items.count
    sequences[list].append(contentsOf: items)
  }

  func set(_ value: PickleValue, for key: PickleValue, in dictionary: Int) {
    count += 1
    dictionaries[dictionary].append((key, value))
  }

  func set(attributes value: PickleValue, of dictionary: Int) {
    count += 1
    attributes[dictionary] = value
  }

  /// The items of a tuple or list; nil for any other value.
  func items(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let handle), .list(let handle): sequences[handle]
    default: nil
    }
  }

  /// The integers of a tuple or list that contains only integers.
  func integers(_ value: PickleValue) -> [Int]? {
    guard let items = items(value) else { return nil }
    let integers = items.compactMap(\.integer)
    return integers.count == items.count ? integers : nil
  }

  /// The pairs of a dictionary in the order in which they were set; a later pair replaces an earlier one.
  func pairs(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    if case .dictionary(let handle) = value { dictionaries[handle] } else { nil }
  }

  /// The value of an ordered dictionary's attribute.
  func attribute(_ name: String, of dictionary: PickleValue) -> PickleValue? {
    guard case .dictionary(let handle) = dictionary else { return nil }
    return attributes[handle].flatMap { value(name, in: $0) }
  }

  /// The value of a text key in a dictionary.
  func value(_ key: String, in dictionary: PickleValue) -> PickleValue? {
    pairs(dictionary)?.last { $0.key.string == key }?.value
  }
}
