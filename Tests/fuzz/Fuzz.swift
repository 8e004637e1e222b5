// The driver of libFuzzer for one reader: READER=png fuzz [libFuzzer's options] [FOLDER…]. Readers.swift has the readers
// and their inputs.

import Foundation

/// The driver in libFuzzer's runtime, which defines `main` itself unless it is linked without.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ tryInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@main
enum Fuzz {
  nonisolated(unsafe) static var reader: Reader = { _ in }

  static func main() {
    let name = ProcessInfo.processInfo.environment["READER"] ?? ""
    guard let reader = readers[name] else {
      print(readers.keys.sorted().joined(separator: "\n"))
      exit(name.isEmpty ? 0 : 64)
    }
    Self.reader = reader
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runDriver(&count, &arguments) { start, count in
        // An error is the right answer to most inputs. The fuzzer searches for crashes.
        try? Fuzz.reader(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
      })
  }
}
