// fetch-data with a real server that makes the typical mistakes of servers.

import Foundation
import Testing

@Suite(.enabled(if: hasPython, "no python3 to run the server"))
struct FetchDataFaults {
  let server: FaultServer

  init() throws { server = try FaultServer() }

  @Test(arguments: [
    "plain", "no_length", "redirect", "redirect_endless", "busy", "too_many", "unsatisfiable",
  ])
  func arrives(from fault: String) throws {
    let result = try server.fetch(fault)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(server.hasArrived)
  }

  @Test(arguments: ["drop_once", "no_tag", "redirect_drop", "drop_often"])
  func continuesWhereTheConnectionBroke(from fault: String) throws {
    let result = try server.fetch(fault)
    #expect(result.status == 0, "\(result.errors)")
    #expect(server.hasArrived)
    let ranges = try server.requests().map { $0[2] }
    #expect(ranges.contains { $0.hasPrefix("bytes=") })
  }

  @Test func startsAgainWhenRangesAreIgnored() throws {
    #expect(try server.fetch("no_ranges").status == 0)
    #expect(server.hasArrived)
  }

  @Test(arguments: ["changed", "changed_stubborn"])
  func startsAgainWhenTheFileHasChanged(fault: String) throws {
    #expect(try server.fetch(fault).status == 0)
    #expect(server.hasArrived)
    let requests = try server.requests()
    #expect(requests[1][3] == "\"old\"")
  }

  @Test func startsAgainWhenTheLengthHasChanged() throws {
    #expect(try server.fetch("changed_length").status == 0)
    #expect(server.hasArrived)
  }

  @Test func laterRunContinuesAPartialDownload() throws {
    let first = try server.fetch("drop_once", options: ["--retries", "0"])
    #expect(first.status == 69)
    #expect(server.names == ["file.bin.part", "file.bin.part.source"])
    let second = try server.fetch("drop_once", options: ["--retries", "0"])
    #expect(second.status == 0)
    #expect(second.errors.contains("resuming"))
    #expect(server.hasArrived)
    #expect(try server.requests()[1][2] == "bytes=100000-")
  }

  @Test func mirrorContinuesAPartialDownload() throws {
    let result = try server.fetch("drop_once", "plain", options: ["--retries", "0"])
    #expect(result.status == 0)
    #expect(server.hasArrived)
    #expect(try server.requests()[1][2] == "bytes=100000-")
  }

  @Test func stalledConnectionIsAbandonedAndContinued() throws {
    #expect(try server.fetch("stall", options: ["--timeout", "1"]).status == 0)
    #expect(server.hasArrived)
  }

  @Test(arguments: ["missing", "forbidden"])
  func usesTheMirrorIfTheFirstAddressFails(fault: String) throws {
    #expect(try server.fetch(fault, "plain").status == 0)
    #expect(server.hasArrived)
    #expect(try server.requests().count == 2)
  }

  @Test(arguments: [
    "missing", "always_busy", "drop_always", "longer", "shorter", "claims_more", "endless",
    "redirect_loop", "redirect_to_file", "nonsense", "password", "proxy_password", "packed", "bomb",
    "headers_endless",
  ])
  func unavailableFilesAreReportedInOneLine(fault: String) throws {
    let result = try server.fetch(fault, options: ["--retries", "2", "--quiet"])
    #expect(result.status == 69, "\(result.errors)")
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 1)
    #expect(lines[0].hasPrefix("fetch-data: file.bin: cannot be fetched (127.0.0.1: "), "\(lines)")
    let help = "get it from \(server.url(fault)) by hand and put it at got/file.bin"
    #expect(lines[0].hasSuffix(help))
    #expect(!server.names.contains("file.bin"))
  }

  @Test(arguments: [("password", "401"), ("proxy_password", "407")])
  func passwordsAreNotAskedTwice(fault: String, status: String) throws {
    let result = try server.fetch(fault, options: ["--quiet"])
    #expect(result.errors.contains("127.0.0.1: asks for a name and a password (\(status)));"))
    #expect(try server.requests().count == 1)
    #expect(server.names.isEmpty)
  }

  @Test(arguments: ["packed", "bomb"])
  func compressedResponsesAreRefusedUnread(fault: String) throws {
    let result = try server.fetch(fault, size: "-", options: ["--quiet"])
    #expect(result.status == 69)
    #expect(result.errors.contains("compresses the file (Content-Encoding: gzip)"))
    #expect(try server.requests().count == 1)
    #expect(server.names.isEmpty)
  }

  @Test func unstatedSizeHasALimit() throws {
    let result = try server.fetch("claims_huge", size: "-", options: ["--quiet"])
    #expect(result.status == 69)
    #expect(result.errors.contains("offers 1099511627776 bytes; state the size in the manifest"))
    #expect(server.names.isEmpty)
  }

  @Test func serverThatSendsAlmostNothingIsAbandoned() throws {
    let result = try server.fetch("drip", options: ["--retries", "0", "--timeout", "1", "--quiet"])
    #expect(result.status == 69)
    #expect(result.errors.contains(" bytes in "), "\(result.errors)")
    #expect(!server.names.contains("file.bin"))
  }

  @Test func oneByteForEachAttemptIsNotProgress() throws {
    let small = try FaultServer(bytes: 300)
    let result = try small.fetch("one_byte", options: ["--retries", "2", "--quiet"])
    #expect(result.status == 69)
    #expect(try small.requests().count == 3)
  }

  @Test(arguments: ["file.bin.part", "file.bin.part.source"])
  func targetsOfLinksAreNotOverwritten(name: String) throws {
    try server.scratch.write("precious", to: "got/mine")
    try FileManager.default.createSymbolicLink(
      atPath: server.scratch.file("got/\(name)"), withDestinationPath: "mine")
    let result = try server.fetch("plain", options: ["--quiet"])
    #expect(try server.scratch.read("got/mine") == Data("precious".utf8))
    if name.hasSuffix(".part") {
      #expect(result.status == 73)
      #expect(result.errors == "fetch-data: got/file.bin.part: is a link; remove it\n")
    } else {
      #expect(result.status == 0)
      #expect(server.names == ["file.bin", "mine"])
    }
  }

  @Test(arguments: ["file.bin", "file.bin.part"])
  func pipesAreNotWaitedFor(name: String) throws {
    try server.scratch.write("", to: "got/mine")
    #expect(mkfifo(server.scratch.file("got/\(name)"), 0o600) == 0)
    let result = try server.fetch("plain", options: ["--quiet"])
    #expect(result.status == 73)
    #expect(result.errors == "fetch-data: got/\(name): is not a regular file; remove it\n")
  }

  @Test func busyServerIsAskedALimitedNumberOfTimes() throws {
    _ = try server.fetch("always_busy", options: ["--retries", "2"])
    #expect(try server.requests().count == 3)
  }

  @Test func fileWithWrongDigestIsKeptAndNamed() throws {
    let result = try server.fetch("corrupt", options: ["--quiet"])
    #expect(result.status == 65)
    #expect(server.names == ["file.bin.bad"])
    #expect(result.errors.contains("not \(server.digest)"))
    #expect(result.errors.contains("sent sha256:"))
    #expect(result.errors.contains("kept as got/file.bin.bad"))
    let mirror = try server.fetch("corrupt", "plain")
    #expect(mirror.status == 0)
    #expect(try server.scratch.read("got/file.bin") == server.content)
  }

  @Test func digestsOfEveryKindAreChecked() throws {
    let prefix = "sha256-prefix:\(server.digest.dropFirst(7).prefix(8))"
    #expect(try server.fetch("plain", size: "-", digest: prefix).status == 0)
    let wrong = "sha256-prefix:00000000"
    #expect(try server.fetch("plain", size: "-", digest: wrong).status == 65)
    #expect(try server.fetch("plain", digest: "md5:00000000000000000000000000000000").status == 65)
  }

  @Test func proxiesAreUsed() throws {
    // The server also answers requests for other hosts, as a proxy does.
    let proxy = ["http_proxy": "http://127.0.0.1:\(server.port)", "no_proxy": ""]
    let result = try server.fetch("http://far.invalid/plain/file.bin", environment: proxy)
    #expect(result.status == 0, "\(result.errors)")
    #expect(server.hasArrived)
    #expect(try server.requests()[0][1] == "http://far.invalid/plain/file.bin")
  }

  @Test func noServerIsAskedWhenOffline() throws {
    let result = try server.fetch("plain", options: ["--offline"])
    #expect(result.status == 69)
    #expect(try server.requests().isEmpty)
  }

  @Test func simultaneousRunsShareOneDownload() throws {
    let manifest = "set file.bin - \(server.digest) \(server.url("stall"))\n"
    try server.scratch.write(manifest, to: "data-manifest.txt")
    let options = ["file.bin", "--into", "got", "--timeout", "1", "--retry-delay", "0.01"]
    let first = try RunningTool("fetch-data", options, in: server.scratch)
    let second = try RunningTool("fetch-data", options, in: server.scratch)
    #expect(try first.wait().status == 0)
    #expect(try second.wait().status == 0)
    #expect(server.hasArrived)
    #expect(try server.requests().count == 2)
  }

  @Test func anInterruptedDownloadIsContinued() throws {
    let manifest = "set file.bin - \(server.digest) \(server.url("hang"))\n"
    try server.scratch.write(manifest, to: "data-manifest.txt")
    let running = try RunningTool("fetch-data", ["file.bin", "--into", "got"], in: server.scratch)
    for _ in 0..<1000 where (try? server.scratch.read("got/file.bin.part"))?.isEmpty != false {
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.kill(SIGTERM)
    #expect(try running.wait().status == 128 + SIGTERM)
    #expect(server.names == ["file.bin.part", "file.bin.part.source"])
    #expect(try server.fetch("plain").status == 0)
    #expect(server.hasArrived)
  }
}
