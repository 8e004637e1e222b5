// The header of safetensors: everything that the format's library refuses is refused here.

import StateDictionaries
import Testing

struct SafetensorsTests {
  static func file(_ header: String, data: Int = 8, length: Int? = nil) -> [UInt8] {
    let bytes = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(length ?? bytes.count).littleEndian) { Array($0) } + bytes
      + [UInt8](repeating: 0, count: data)
  }

  static func item(_ offsets: String, dtype: String = "F32", shape: String = "[2]") -> String {
    #"{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  static let headers: [(String, String)] = [
    ("accepted", #"{"a":\#(item("[0,8]"))}"#),
    ("accepted", #"{ "a" : \#(item("[ 0 , 8 ]")) , "e" : \#(item("[8,8]", shape: "[0]")) }  "#),
    ("accepted", #"{"__metadata__":{},"\u00fc\ud83d\ude42\n":\#(item("[0,8]"))}"#),
    ("leaves a hole", #"{"a":\#(item("[0,4]", shape: "[1]")),"b":\#(item("[5,8]"))}"#),
    ("overlaps", #"{"a":\#(item("[0,8]")),"b":\#(item("[4,8]", shape: "[1]"))}"#),
    ("leaves a hole", #"{"a":\#(item("[4,8]", shape: "[1]"))}"#),
    ("overlaps", #"{"a":\#(item("[0,8]")),"b":\#(item("[8,0]"))}"#),
    ("take 4 bytes, and the file holds 8", #"{"a":\#(item("[0,4]", shape: "[1]"))}"#),
    ("take 12 bytes, and the file holds 8", #"{"a":\#(item("[0,12]", shape: "[3]"))}"#),
    ("its bytes do not fill", #"{"a":\#(item("[0,8]", shape: "[3]"))}"#),
    (
      "its bytes do not fill",
      #"{"a":\#(item("[0,8]", shape: "[4294967296,4294967296,4294967296]"))}"#
    ),
    (
      "its bytes do not fill",
      #"{"a":\#(item("[0,0]", shape: "[0,9223372036854775807,9]")),"b":\#(item("[0,8]"))}"#
    ),
    ("of type F8_E4M3", #"{"a":\#(item("[0,8]", dtype: "F8_E4M3", shape: "[8]"))}"#),
    ("a is twice", #"{"a":\#(item("[0,8]")),"a":\#(item("[0,8]"))}"#),
    ("text follows it", #"{"a":\#(item("[0,8]"))} x"#),
    ("lacks dtype, shape or data_offsets", #"{"a":{"dtype":"F32","shape":[2]}}"#),
    ("key dtype of a", #"{"a":{"dtype":"F32","dtype":"F32"}}"#),
    ("absurd", #"{"a":\#(item("[0,99999999999999999999]"))}"#),
    ("absurd", #"{"a":\#(item("[-1,8]"))}"#),
    ("absurd", #"{"a":\#(item("[00,8]"))}"#),
    ("absurd", #"{"a":\#(item("[0,8]", shape: "[[2]]"))}"#),
    ("lacks", #"{"a":\#(item("[0,8,9]"))}"#),
    ("half a surrogate pair", #"{"\ud83d":\#(item("[0,8]"))}"#),
    ("four hexadecimal digits", #"{"\u12":1}"#),
    ("unknown escape", #"{"\x":1}"#),
    ("does not end", #"{"a"#),
    ("is missing", #"{"a":[]}"#),
    ("is missing", "{"),
    ("control character", "{\"a\n\":1}"),
  ]

  @Test("Headers are read or refused as by the format's library", arguments: headers.indices)
  func header(index: Int) {
    let (problem, header) = Self.headers[index]
    let line = refusal(Self.file(header))
    #expect(line.contains(problem), "\(line)")
  }

  @Test func lengthsAreChecked() {
    #expect(refusal(Self.file(#"{"a":1}"#, length: 400)).contains("longer than the file"))
    let huge = Self.file(#"{"a":1}"#, length: 0xffff_ffff)
    #expect(refusal(huge).contains("longer than the file") || refusal(huge).contains("none of"))
    let bytes = Array(repeating: UInt8(0xff), count: 8) + Array("{}".utf8)
    #expect(refusal(bytes).contains("none of PyTorch's formats"))
  }
}
