// Writing the pickle of a state dictionary, in the opcodes that `torch.save` uses (protocol 2), with memos
// only for the names that every tensor repeats.

enum PickleWriter {
  /// The attribute of the ordered dictionary that holds remarks.
  static let remarks = "remarks"

  /// The pickle of an ordered dictionary of Float32 tensors, in which tensor i has its own storage i. Remarks become
  /// an attribute of the dictionary, `state_dict.remarks`, and not a key, so `load_state_dict` does not see
  /// them.
  static func stateDictionary(
    _ tensors: [StoredTensor], remarks: [(key: String, value: String)] = []
  ) -> [UInt8] {
    var output: [UInt8] = [0x80, 2]
    output += global("collections", "OrderedDict") + Array("q\u{0})R(".utf8)
    for (i, tensor) in tensors.enumerated() {
      output += text(tensor.name)
      output += global("torch._utils", "_rebuild_tensor_v2")
      output += Array("((".utf8) + text("storage") + global("torch", "FloatStorage")
      output += text(String(i)) + text("cpu") + integer(tensor.shape.reduce(1, *))
      output += Array("tQ".utf8) + integer(0)
      output += tuple(tensor.shape) + tuple(strides(tensor.shape))
      // requires_grad, backward hooks
      output += [0x89] + Array("h\u{0})RtR".utf8)
    }
    output += Array("u".utf8)
    if !remarks.isEmpty {
      output += Array("}".utf8) + text(Self.remarks) + Array("}(".utf8)
      output += remarks.flatMap { text($0.key) + text($0.value) } + Array("usb".utf8)
    }
    return output + Array(".".utf8)
  }

  private static func strides(_ shape: [Int]) -> [Int] {
    var stride = 1
    return shape.reversed().map { length in
      defer { stride *= length }
      return stride
    }.reversed()
  }

  private static func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  private static func text(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return [UInt8(ascii: "X")] + littleEndian(UInt32(truncatingIfNeeded: bytes.count)) + bytes
  }

  private static func tuple(_ values: [Int]) -> [UInt8] {
    [UInt8(ascii: "(")] + values.flatMap(integer) + [UInt8(ascii: "t")]
  }

  private static func integer(_ value: Int) -> [UInt8] {
    if let small = Int32(exactly: value) { return [UInt8(ascii: "J")] + littleEndian(small) }
    return [0x8a, 8] + littleEndian(value)
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
