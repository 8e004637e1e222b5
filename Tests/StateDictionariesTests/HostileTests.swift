// Files that try to run code, or that state absurd sizes, are refused in one line with the reason.

import StateDictionaries
import Testing

struct HostileTests {
  static let calls = [
    ("hostile-system.pth", "posix.system"), ("hostile-eval-legacy.pth", "__builtin__.eval"),
    ("hostile-exec-protocol4.pth", "builtins.exec"),
    ("hostile-module.pth", "torch.nn.modules.container.Sequential"),
    ("hostile-getattr.pth", "__builtin__.getattr"),
    ("hostile-bytes.pth", "torch.storage._load_from_bytes"),
  ]

  @Test("A function that a pickle calls is refused by name", arguments: calls)
  func refusedByName(file: String, name: String) throws {
    let line = refusal(try Fixture.bytes(file), file)
    #expect(line.hasPrefix("\(file): its pickle asks for \(name)"), "\(line)")
    #expect(!line.contains("\n"))
  }

  /// A file of the older serialisation whose object pickle consists of the protocol and `body`.
  static func legacy(_ body: [UInt8]) throws -> [UInt8] {
    // The magic number, the version and the machine take 137 bytes in every file.
    Array(try Fixture.bytes("kinds-legacy.pth").prefix(137)) + [0x80, 2] + body
  }

  static func text(_ text: String) -> [UInt8] { [0x8c, UInt8(text.utf8.count)] + Array(text.utf8) }

  @Test func terminalEscapesInNamesAreNotRepeated() throws {
    let name = Self.text("os\u{1b}[2J") + Self.text("system\nx") + [0x93]
    let line = refusal(try Self.legacy(name))
    #expect(line.hasPrefix("input: its pickle asks for os?[2J.system?x, which is refused"))
  }

  /// A pickle of `{"a": MODULE.NAME}` with the opcode of protocol 4.
  static func mention(_ module: String, _ name: String) throws -> [UInt8] {
    let pair = Array("}".utf8) + text("a") + text(module) + text(name) + [0x93] + Array("s.".utf8)
    return try legacy(pair + [0x80, 2] + Array("].".utf8))
  }

  static let attacks = [
    ("os", "system"), ("os.path", "join"), ("nt", "system"), ("subprocess", "Popen"),
    ("sys", "modules"), ("runpy", "run_path"), ("importlib", "import_module"),
    ("builtins", "open"), ("builtins", "__import__"), ("builtins", "compile"),
    ("builtins", "set.__class__"), ("torch", "serialization.os.system"), ("torch", "load"),
    ("collections", "OrderedDict.__init__.__globals__"), ("numpy", "__loader__"),
    ("", "system"), ("a..b", "c"), ("a b", "c"), ("a", "1"), ("pickle", "loads"),
  ]

  @Test("A name that only an attack needs is refused even if nothing calls it")
  func attackNames() throws {
    for (module, name) in Self.attacks {
      let line = refusal(try Self.mention(module, name))
      #expect(
        line.hasPrefix("input: its pickle asks for \(module).\(name), which is refused"), "\(line)")
    }
  }

  @Test("Other names become placeholders")
  func inertNames() throws {
    for (module, name) in [
      ("argparse", "Namespace"), ("builtins", "set"), ("torch", "float16"), ("numpy", "dtype"),
      ("my_project.os.system", "Config"), ("a", "Outer.Inner"), ("größe", "Länge"),
    ] {
      let line = refusal(try Self.mention(module, name))
      #expect(line == "input: holds no tensors under names; its keys are a", "\(name): \(line)")
    }
  }

  @Test func wholeModelUnderAUsualNameIsReported() throws {
    let module = Array("cnet\nVGG\n)".utf8) + [0x81] + Array("}b".utf8)
    let body = Array("}".utf8) + Self.text("epoch") + Array("Ns".utf8) + Self.text("model") + module
    let end = Array("s.".utf8) + [0x80, 2] + Array("].".utf8)
    #expect(
      refusal(try Self.legacy(body + end))
        == "input: model is an object of net.VGG, which is not read: save its state_dict()")
  }

  @Test func longNamesAreNotMultiplied() throws {
    // A name of 300 bytes is joined to itself repeatedly, which costs four bytes each time.
    let long = [0x8d, 44, 1, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x61, count: 300)
    let joined = Array("22".utf8) + [0x93]
    #expect(refusal(try Self.legacy(long + joined)).contains("asks for aaa"))
  }

  @Test func placeholdersStoreNothing() throws {
    // A million numbers are added to objects of a class, as items, pairs, attributes and arguments.
    let object = Array("ca\nB\n)".utf8) + [0x81]
    for (mark, end) in [("(", "e"), ("(", "u"), ("(", "tb"), ("(", "tR")] {
      var body = object
      for _ in 0..<100 {
        body += Array(mark.utf8) + [UInt8](repeating: UInt8(ascii: "N"), count: 2500)
        body += Array(end.utf8)
      }
      let line = refusal(try Self.legacy(body + Array(".".utf8) + [0x80, 2] + Array("].".utf8)))
      #expect(line.hasPrefix("input: its pickle asks for a.B: a whole object"), "\(line)")
    }
  }

  static let pickles: [(String, [UInt8])] = [
    ("ends early", []),
    ("its stack is empty", Array("R".utf8)),
    ("its stack is empty", Array("((0".utf8)),
    ("a mark is missing", Array("t".utf8)),
    ("memo 7 is not set", [UInt8(ascii: "h"), 7]),
    ("it appends to no list", Array(")Na".utf8)),
    ("it sets items of no dictionary", Array("](NNu".utf8)),
    ("it sets items of no dictionary", Array("}(Nu".utf8)),
    ("a call's arguments do not fit", Array("ccollections\nOrderedDict\nNR".utf8)),
    ("a call's arguments do not fit", Array("ctorch\nFloatStorage\n)R".utf8)),
    ("a call's arguments do not fit", Array("ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR".utf8)),
    ("a persistent identity is not that of a storage", Array("NQ".utf8)),
    ("only a dictionary may have attributes", Array("NNb".utf8)),
    ("a name is not text", Array("NN".utf8) + [0x93]),
    ("a text is not UTF-8", [UInt8(ascii: "U"), 1, 0xff]),
    ("4294967295 bytes", [UInt8(ascii: "X"), 255, 255, 255, 255]),
    ("a size at byte", [0x8d] + [UInt8](repeating: 255, count: 8)),
    ("opcode 0x69 is not needed", Array("i".utf8)),
    ("a name is longer than 256 bytes", [UInt8](repeating: UInt8(ascii: "c"), count: 400)),
    ("holds no dictionary", Array("N.".utf8) + [0x80, 2] + Array("].".utf8)),
    (
      "holds no tensors under names; its keys are a",
      Array("}".utf8) + text("a") + Array("Ns.".utf8)
        + [0x80, 2] + Array("].".utf8)
    ),
  ]

  @Test("An invalid pickle is refused", arguments: pickles.indices)
  func nonsense(index: Int) throws {
    let (problem, body) = Self.pickles[index]
    #expect(refusal(try Self.legacy(body)).contains(problem))
  }

  @Test func nestingDoesNotOverflowTheStack() throws {
    // A million lists are nested, in one file without their ends and in another with them.
    let open = [UInt8](repeating: UInt8(ascii: "]"), count: 1_000_000)
    #expect(refusal(try Self.legacy(open)).contains("holds more than"))
    let deep = [UInt8](repeating: UInt8(ascii: "]"), count: 100_000)
    let closed = deep + [UInt8](repeating: UInt8(ascii: "a"), count: 99_999)
    let end = Array(".".utf8) + [0x80, 2] + Array("].".utf8)
    #expect(refusal(try Self.legacy(closed + end)).contains("holds no dictionary"))
  }

  @Test func dictionaryThatContainsItselfIsHandled() throws {
    let body = Array("}q\u{0}".utf8) + Self.text("state_dict") + Array("h\u{0}s.".utf8)
    let line = refusal(try Self.legacy(body + [0x80, 2] + Array("].".utf8)))
    #expect(line.contains("holds no tensors"))
  }

  @Test func copiesOfAListDoNotMultiply() throws {
    // A dictionary of 10,000 pairs is made repeatedly, which costs six bytes each time.
    var body = Array("](".utf8)
    for _ in 0..<10_000 { body += Array("NN".utf8) + [0x86] }
    body += Array("e".utf8) + [0x85] + Array("q\u{1}0ccollections\nOrderedDict\nq\u{0}0".utf8)
    for _ in 0..<100_000 { body += Array("h\u{0}h\u{1}R0".utf8) }
    #expect(refusal(try Self.legacy(body)).contains("holds more than"))
  }

  /// A pickle of one tensor on a storage of four floats.
  static func tensor(offset: [UInt8], shape: [UInt8], strides: [UInt8]) throws -> [UInt8] {
    var body = Array("}".utf8) + text("t") + Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8)
    body += text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("k") + text("cpu")
    body += Array("K\u{4}NtQ".utf8) + offset + Array("(".utf8) + shape + Array("t(".utf8) + strides
    body += Array("t".utf8) + [0x89, UInt8(ascii: "N")] + Array("tRs.".utf8)
    body += [0x80, 2] + Array("](".utf8) + text("k") + Array("e.".utf8)
    return try legacy(body + [4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16))
  }

  /// The opcodes for an integer.
  static func int(_ value: Int) -> [UInt8] {
    [0x8a, 8] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static let views: [(String, [UInt8], [UInt8], [UInt8])] = [
    ("accepted", int(0), int(2) + int(2), int(2) + int(1)),
    ("accepted", int(3), int(1) + int(1), int(.max) + int(.max)),
    ("accepted", int(9), int(0) + int(.max), int(1) + int(1)),
    ("accepted", int(3), int(1000), int(0)),
    ("reaches beyond", int(1), int(2) + int(2), int(2) + int(1)),
    ("reaches beyond", int(.max), int(2), int(1)),
    ("reaches beyond", int(0), int(3), int(.max)),
    ("absurd", int(-1), int(1), int(1)),
    ("absurd", int(0), int(-1), int(1)),
    ("absurd", int(0), int(2), int(-1)),
    ("absurd", int(0), int(1 << 40) + int(1 << 40), int(0) + int(0)),
    ("absurd", int(0), int(0) + int(1 << 40) + int(1 << 40), int(0) + int(0) + int(0)),
    ("repeats 4 elements too often", int(0), int(1 << 40), int(0)),
    ("2 axes and 1 strides", int(0), int(1) + int(1), int(1)),
  ]

  @Test("Offsets, shapes and strides are checked", arguments: views.indices)
  func shapes(index: Int) throws {
    let (problem, offset, shape, strides) = Self.views[index]
    let line = refusal(try Self.tensor(offset: offset, shape: shape, strides: strides))
    #expect(line.contains(problem), "\(line)")
  }

  @Test func bigEndianNumbersAreRefused() throws {
    var legacy = try Fixture.bytes("kinds-legacy.pth")
    let flag = try #require(legacy.firstIndex(of: 0x88))
    legacy[flag] = 0x89
    #expect(refusal(legacy) == "input: its numbers are big-endian")
  }

  @Test func otherFilesAreRefused() {
    #expect(refusal([]).contains("none of PyTorch's formats"))
    #expect(refusal(Array("version https://git-lfs".utf8)).contains("none of PyTorch's formats"))
    #expect(refusal([0x80, 2] + Array("K\u{1}.".utf8)).contains("not one that torch.save wrote"))
    #expect(refusal([0x50, 0x4b, 3, 4]).contains("truncated"))
  }
}
