// An interpreter of the pickle opcodes that a checkpoint needs (protocols 2 to 5, as `torch.save`
// writes them). It makes tensors and containers; any other object is a placeholder that stays empty
// whatever the pickle does to it. No code in a file can run.
// The opcodes are those of Python's module pickletools.

struct Pickle {
  let heap = PickleHeap()
  private let source: ByteSource
  private let resolve: (PickleValue, PickleHeap) throws -> PickleValue?
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// The largest number of objects in the stack, the memo and the heap each; a large model has 10,000.
  private static let limit = 1 << 18

  /// Makes an interpreter.
  /// - Parameter resolve: returns the value that a persistent identity stands for, or nil if it is invalid.
  init(_ source: ByteSource, resolve: @escaping (PickleValue, PickleHeap) throws -> PickleValue?) {
    self.source = source
    self.resolve = resolve
  }

  /// Makes an interpreter for pickles without storages.
  init(_ source: ByteSource) { self.init(source) { _, _ in nil } }

  /// Reads one pickle and leaves the cursor behind it. The heap keeps the objects of earlier pickles.
  mutating func load(_ cursor: inout ByteCursor) throws -> PickleValue {
    stack = []
    marks = []
    memo = [:]
    guard try cursor.byte() == 0x80, (2...5).contains(try cursor.byte()) else {
      throw source.error("not a pickle of protocol 2 to 5 at byte \(cursor.position - 2)")
    }
    while true {
      let opcode = try cursor.byte()
      if opcode == UInt8(ascii: ".") { return try pop() }
      try step(opcode, &cursor)
      guard max(stack.count, marks.count, memo.count, heap.count) <= Self.limit else {
        throw source.error("the pickle holds more than \(Self.limit) objects")
      }
    }
  }

  private mutating func step(_ opcode: UInt8, _ cursor: inout ByteCursor) throws {
    switch opcode {
    case 0x95: try cursor.skip(8)  // FRAME: a hint
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popMark()
    case UInt8(ascii: "2"): stack.append(try top())

    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "K"): stack.append(.integer(Int(try cursor.byte())))
    case UInt8(ascii: "M"): stack.append(.integer(Int(try cursor.integer(UInt16.self))))
    case UInt8(ascii: "J"): stack.append(.integer(Int(try cursor.integer(Int32.self))))
    case 0x8a: stack.append(long(try cursor.bytes(Int(try cursor.byte()))))
    case UInt8(ascii: "G"):
      stack.append(.real(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))
    case UInt8(ascii: "U"), 0x8c: try pushText(try cursor.size(UInt8.self), &cursor)
    case UInt8(ascii: "T"): try pushText(try cursor.size(Int32.self), &cursor)
    case UInt8(ascii: "X"): try pushText(try cursor.size(UInt32.self), &cursor)
    case 0x8d: try pushText(try cursor.size(UInt64.self), &cursor)
    case UInt8(ascii: "C"): try skipBytes(try cursor.size(UInt8.self), &cursor)
    case UInt8(ascii: "B"): try skipBytes(try cursor.size(UInt32.self), &cursor)
    case 0x8e, 0x96: try skipBytes(try cursor.size(UInt64.self), &cursor)

    case UInt8(ascii: ")"): stack.append(heap.tuple([]))
    case 0x85, 0x86, 0x87: stack.append(heap.tuple(try pop(Int(opcode) - 0x84)))
    case UInt8(ascii: "t"): stack.append(heap.tuple(try popMark()))
    case UInt8(ascii: "]"): stack.append(heap.list())
    case 0x8f: stack.append(.placeholder("set"))
    case 0x91:
      _ = try popMark()
      stack.append(.placeholder("frozenset"))
    case UInt8(ascii: "}"): stack.append(heap.dictionary())
    case UInt8(ascii: "a"): try append(try pop(1))
    case UInt8(ascii: "e"), 0x90: try append(try popMark())
    case UInt8(ascii: "s"): try set(try pop(2))
    case UInt8(ascii: "u"): try set(try popMark())

    case UInt8(ascii: "q"): memo[Int(try cursor.byte())] = try top()
    case UInt8(ascii: "r"): memo[Int(try cursor.integer(UInt32.self))] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): try recall(Int(try cursor.byte()))
    case UInt8(ascii: "j"): try recall(Int(try cursor.integer(UInt32.self)))

    case UInt8(ascii: "c"):
      let module = try cursor.line(limit: 256)
      try pushGlobal(module, try cursor.line(limit: 256))
    case 0x93:
      let names = try pop(2).map(\.string)
      guard let module = names[0], let name = names[1] else {
        throw malformed("a name is not text")
      }
      try pushGlobal(module, name)
    case UInt8(ascii: "Q"):
      guard let value = try resolve(try pop(), heap) else {
        throw malformed("a persistent identity is not that of a storage")
      }
      stack.append(value)
    case UInt8(ascii: "R"), 0x81: try call(try pop(2))
    case 0x92:  // NEWOBJ_EX: arguments by name come last
      _ = try pop()
      try call(try pop(2))
    case UInt8(ascii: "b"):
      // Attributes of an OrderedDict: `_metadata` (module versions), and this project's remarks.
      let state = try pop()
      switch (state, try top()) {
      case (.dictionary, .dictionary(let handle)): heap.set(attributes: state, of: handle)
      case (_, .placeholder): break
      default: throw malformed("only a dictionary may have attributes")
      }
    default:
      throw malformed("opcode 0x\(String(opcode, radix: 16)) is not needed by a state dictionary")
    }
  }

  // MARK: Helpers of the opcodes

  private func malformed(_ problem: String) -> StateDictionaryError {
    source.error("not a state dictionary's pickle: \(problem)")
  }

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw malformed("its stack is empty")
    }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw malformed("its stack is empty") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("a mark is missing") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func pushText(_ count: Int, _ cursor: inout ByteCursor) throws {
    guard let text = String(validating: try cursor.bytes(count), as: UTF8.self) else {
      throw malformed("a text is not UTF-8")
    }
    stack.append(.string(text))
  }

  private func long(_ bytes: [UInt8]) -> PickleValue {
    guard bytes.count <= 8 else { return .longInteger(bytes) }
    let negative = (bytes.last ?? 0) & 0x80 != 0
    return .integer(bytes.reversed().reduce(negative ? -1 : 0) { $0 << 8 | Int($1) })
  }

  /// Skips bytes, which are not needed: they hold NumPy numbers and states of random number generators.
  private mutating func skipBytes(_ count: Int, _ cursor: inout ByteCursor) throws {
    try cursor.skip(count)
    stack.append(.placeholder("bytes"))
  }

  /// Pushes the result of calling a function or class with its arguments.
  private mutating func call(_ operands: [PickleValue]) throws {
    if case .placeholder = operands[0] { return stack.append(operands[0]) }
    guard case .global(let global) = operands[0], let arguments = heap.items(operands[1]),
      let value = try global.call(arguments, heap: heap)
    else { throw malformed("a call's arguments do not fit") }
    stack.append(value)
  }

  private mutating func append(_ items: [PickleValue]) throws {
    if case .placeholder = try top() { return }
    guard case .list(let list) = try top() else { throw malformed("it appends to no list") }
    heap.append(items, to: list)
  }

  private mutating func set(_ items: [PickleValue]) throws {
    if case .placeholder = try top() { return }
    guard case .dictionary(let dictionary) = try top(), items.count.isMultiple(of: 2) else {
      throw malformed("it sets items of no dictionary")
    }
    for i in stride(from: 0, to: items.count, by: 2) {
      heap.set(items[i + 1], for: items[i], in: dictionary)
    }
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw malformed("memo \(index) is not set") }
    stack.append(value)
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws {
    if let global = TorchGlobal(module: module, name: name) {
      stack.append(.global(global))
    } else if let inert = PickleName.inert(module: module, name: name) {
      stack.append(.placeholder(inert))
    } else {
      throw source.error(
        "its pickle asks for \(printable(module.prefix(256) + "." + name.prefix(256))), which is "
          + "refused: only tensors and plain containers are read (save a state_dict())")
    }
  }
}
