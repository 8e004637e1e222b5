// fetch-data without a network: its manifest, `file:` addresses, and existing files.

import Foundation
import Testing

/// The SHA-256 of "abc" (FIPS 180-4).
private let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

private func fetch(_ arguments: [String], _ scratch: Scratch, manifest: String? = nil) throws
  -> ToolResult
{
  if let manifest { try scratch.write(manifest, to: "data-manifest.txt") }
  return try run("fetch-data", arguments, in: scratch)
}

@Test func copiesFromThisMachine() throws {
  let scratch = try Scratch()
  try scratch.write("abc", to: "elsewhere/abc")
  let manifest = """
    # Two versions of one file; the first is not on this machine.
    set file 7 \(abc) file:///nowhere/abc
    set file 3 \(abc) file://\(scratch.path)/elsewhere/abc  # a comment

    other more 3 \(abc) file://\(scratch.path)/elsewhere/abc
    """
  let result = try fetch(["set"], scratch, manifest: manifest)
  #expect(result.status == 0, "\(result.errors)")
  #expect(scratch.names(in: "build/downloads") == ["file"])
  #expect(try scratch.read("build/downloads/file") == Data("abc".utf8))
  #expect(try fetch(["more", "-o", "here"], scratch).status == 0)
  #expect(try scratch.read("here") == Data("abc".utf8))
  // Existing files are not fetched again.
  try FileManager.default.removeItem(atPath: scratch.file("elsewhere"))
  let again = try fetch(["set"], scratch)
  #expect(again.status == 0)
  #expect(again.errors.isEmpty)
}

@Test func listsAndVerifies() throws {
  let scratch = try Scratch()
  let manifest = """
    set file 3 \(abc) http://127.0.0.1:9/file
    set part - \(abc) http://127.0.0.1:9/part
    other bad 3 \(abc) http://127.0.0.1:9/bad
    """
  try scratch.write("abc", to: "build/downloads/file")
  try scratch.write("a", to: "build/downloads/part.part")
  try scratch.write("abd", to: "build/downloads/bad")
  let list = try fetch(["--list"], scratch, manifest: manifest)
  #expect(list.status == 0)
  #expect(
    list.text == "set\tfile\t3\tthere\nset\tpart\t-\tpartly there\nother\tbad\t3\tthere\n")
  let verified = try fetch(["--verify"], scratch)
  #expect(verified.status == 65)
  #expect(verified.text.contains("set\tfile\t3\tright\n"))
  #expect(verified.text.contains("other\tbad\t3\twrong: has sha256:"))
  #expect(verified.errors == "fetch-data: build/downloads/bad: not what the manifest says\n")
  #expect(try fetch(["--verify", "file"], scratch).status == 0)
  #expect(try fetch(["--verify", "set"], scratch).status == 66)
}

@Test func aLinkToTheFileIsTheFile() throws {
  let scratch = try Scratch()
  try scratch.write("abc", to: "elsewhere")
  try scratch.write("", to: "build/downloads/other")
  try FileManager.default.createSymbolicLink(
    atPath: scratch.file("build/downloads/file"), withDestinationPath: "../../elsewhere")
  let result = try fetch(["file"], scratch, manifest: "set file 3 \(abc) http://127.0.0.1:9/file")
  #expect(result.status == 0, "\(result.errors)")
  #expect(scratch.names(in: "build/downloads") == ["file", "other"])
}

@Test func devicesAreNotCopied() throws {
  let scratch = try Scratch()
  let result = try fetch(["file"], scratch, manifest: "set file - \(abc) file:///dev/zero")
  #expect(result.status == 69)
  #expect(result.errors.contains("/dev/zero is not a regular file"))
  #expect(scratch.names(in: "build/downloads").isEmpty)
}

@Test func existingWrongFileIsMovedAside() throws {
  let scratch = try Scratch()
  try scratch.write("abc", to: "elsewhere")
  try scratch.write("abd", to: "build/downloads/file")
  let manifest = "set file 3 \(abc) file://\(scratch.path)/elsewhere"
  let offline = try fetch(["file", "--offline"], scratch, manifest: manifest)
  #expect(offline.status == 65)
  #expect(offline.errors.contains("not \(abc)"))
  let result = try fetch(["file"], scratch)
  #expect(result.status == 0)
  #expect(result.errors.contains("warning: build/downloads/file: has sha256:"))
  #expect(scratch.names(in: "build/downloads") == ["file", "file.bad"])
}

@Test(arguments: [
  ("set file 3", "needs: dataset file bytes digest url [mirror …]"),
  ("set ../file 3 \(abc) http://a/b", "'../file' is not a plain file name"),
  ("set .file 3 \(abc) http://a/b", "'.file' is not a plain file name"),
  ("set -file 3 \(abc) http://a/b", "'-file' is not a plain file name"),
  ("set --into=x 3 \(abc) http://a/b", "'--into=x' is not a plain file name"),
  ("--into=x file 3 \(abc) http://a/b", "'--into=x' is not a plain file name"),
  ("set a\u{1B}[31mb 3 \(abc) http://a/b", "'a?[31mb' is not a plain file name"),
  ("set a\u{202E}b 3 \(abc) http://a/b", "'a\u{202E}b' is not a plain file name"),
  (
    "set \(String(repeating: "x", count: 250)) 3 \(abc) http://a/b",
    "'\(String(repeating: "x", count: 250))' is not a plain file name"
  ),
  ("set file -3 \(abc) http://a/b", "'-3' is not a number of bytes"),
  ("set file 3 sha1:00 http://a/b", "'sha1:00' is not sha256:HEX, md5:HEX or sha256-prefix:HEX"),
  ("set file 3 \(abc) ftp://a/b", "'ftp://a/b' is not an http, https or file URL"),
  ("set file 3 \(abc) http:///b", "'http:///b' is not an http, https or file URL"),
])
func mistakesInTheManifestAreNamed(line: String, message: String) throws {
  let scratch = try Scratch()
  let result = try fetch(["--list"], scratch, manifest: "# first\n\(line)\n")
  #expect(result.status == 65)
  #expect(result.errors == "fetch-data: data-manifest.txt:2: \(message)\n")
}

/// Without the module that FIPS approved, such a configuration allows no digest at all.
@Test(
  "A digest that libcrypto refuses to compute is an error in one line",
  arguments: [("md5:900150983cd24fb0d6963f7d28e17f72", "MD5"), (abc, "SHA-256")])
func aDigestThatLibcryptoRefuses(digest: String, function: String) throws {
  let scratch = try Scratch()
  try scratch.write("abc", to: "build/downloads/file")
  try scratch.write(
    """
    openssl_conf = start
    [start]
    alg_section = functions
    [functions]
    default_properties = fips=yes

    """, to: "openssl.cnf")
  try scratch.write("set file 3 \(digest) file:///nowhere\n", to: "data-manifest.txt")
  let refused = try run(
    "fetch-data", ["--verify"], environment: ["OPENSSL_CONF": scratch.file("openssl.cnf")],
    in: scratch)
  #expect(refused.status == 69)
  #expect(refused.errors.hasPrefix("fetch-data: \(function): the system's libcrypto does not"))
  #expect(refused.errors.split(separator: "\n").count == 1)
  #expect(try run("fetch-data", ["--verify"], in: scratch).status == 0)
}

@Test func mistakesOfTheCommandLineAreNamed() throws {
  let scratch = try Scratch()
  #expect(try fetch(["x"], scratch).status == 66)
  let manifest = "cifar-10 a 3 \(abc) http://a/b\ncifar-10 b 3 \(abc) http://a/b\n"
  let unknown = try fetch(["cifra-10"], scratch, manifest: manifest)
  #expect(unknown.status == 64)
  #expect(
    unknown.errors
      == "fetch-data: there is no data set or file 'cifra-10'; did you mean 'cifar-10'?\n")
  #expect(try fetch(["cifar-10", "-o", "x"], scratch).status == 64)
  #expect(try fetch([], scratch).status == 64)
  #expect(try fetch(["--jobs", "0", "a"], scratch).status == 64)
  #expect(try fetch(["--list", "--verify"], scratch).status == 64)
}

/// The tool is installed as `make install` does and called through a link, from a folder without a manifest. A manifest in
/// that folder takes precedence.
@Test func anInstalledToolFindsItsManifest() throws {
  let scratch = try Scratch()
  try scratch.write(
    "set file 3 \(abc) file:///nowhere\n", to: "opt/share/feature-init/data-manifest.txt")
  let files = FileManager.default
  try files.createDirectory(
    atPath: scratch.file("opt/bin"), withIntermediateDirectories: true)
  try files.copyItem(atPath: "\(toolFolder)/fetch-data", toPath: scratch.file("opt/bin/fetch-data"))
  try files.createSymbolicLink(
    atPath: scratch.file("fetch"), withDestinationPath: "opt/bin/fetch-data")
  let installed = scratch.file("opt/share/feature-init/data-manifest.txt")
  for tool in ["opt/bin/fetch-data", "fetch"] {
    let listed = try run(scratch.file(tool), ["--list"], in: scratch)
    #expect(listed.text == "set\tfile\t3\tmissing\n", "\(listed.errors)")
    #expect(listed.errors.hasSuffix("the list of downloads is \(installed)\n"))
  }
  let own = "own file 3 \(abc) file:///nowhere\n"
  try scratch.write(own, to: "data-manifest.txt")
  let listed = try run(scratch.file("opt/bin/fetch-data"), ["--list"], in: scratch)
  #expect(listed.text == "own\tfile\t3\tmissing\n")
  #expect(listed.errors.isEmpty)
  let overwriting = try fetch(["file", "-o", "data-manifest.txt"], scratch)
  #expect(overwriting.status == 64)
  #expect(try scratch.read("data-manifest.txt") == Data(own.utf8))
}

@Test func projectManifestIsValid() throws {
  let scratch = try Scratch()
  let manifest = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../data-manifest.txt").path
  let result = try fetch(["--list", "--manifest", manifest], scratch)
  #expect(result.status == 0)
  let sets = Set(result.text.split(separator: "\n").compactMap { $0.split(separator: "\t").first })
  let expected: Set<Substring> = [
    "fashion-mnist", "cifar-10", "cifar-100", "svhn", "svhn-extra", "tiny-imagenet", "vgg11",
    "vgg16", "deit-tiny", "deit-small",
  ]
  #expect(sets == expected)
}
