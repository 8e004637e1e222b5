// Fixed and extensible arrays of chunk addresses. Specification VII.C, D.

enum ChunkArrays {
  typealias Visitor = (_ index: Int, _ element: ArraySlice<UInt8>) throws -> Void

  /// Visits the elements of a fixed array.
  static func fixed(
    _ source: ByteSource, at address: UInt64, isFiltered: Bool, _ visit: Visitor
  ) throws {
    var cursor = Cursor(
      try Checksums.verified(try source.structure(at: address, count: 28), "an array of chunks"))
    try cursor.signature("FAHD", at: address)
    _ = try cursor.version(0...0, of: "an array of chunks")
    let client = try cursor.byte()
    let (size, pageBits) = (try cursor.byte(), try cursor.byte())
    let count = try cursor.length()
    guard client == (isFiltered ? 1 : 0), size >= (isFiltered ? 12 : 8), pageBits < 32,
      count <= source.size
    else { throw FormatError.damaged("an array of chunks is not of its kind") }
    guard let block = try cursor.address() else { return }
    let page = 1 << pageBits
    let pages = count > page ? (count + page - 1) / page : 0
    let head = 14 + (pages + 7) / 8
    let size0 = pages == 0 ? count * size : 0
    let bytes = try Checksums.verified(
      try source.structure(at: block, count: head + size0 + 4), "an array of chunks")
    var data = Cursor(bytes)
    try data.signature("FADB", at: block)
    _ = try data.version(0...0, of: "an array of chunks")
    try data.skip(9)
    let isThere = try data.bytes((pages + 7) / 8)
    guard pages > 0 else {
      for index in 0..<count { try visit(index, try data.bytes(size)) }
      return
    }
    for number in 0..<pages where isSet(number, isThere) {
      let first = number * page
      try visitPage(
        source, at: block + UInt64(head + 4 + number * (page * size + 4)),
        first..<min(first + page, count), size, visit)
    }
  }

  private static func isSet(_ index: Int, _ bits: ArraySlice<UInt8>) -> Bool {
    bits.dropFirst(index / 8).first.map { $0 & (0x80 >> UInt8(index % 8)) != 0 } ?? false
  }

  /// Visits a page of elements, which has its own checksum.
  private static func visitPage(
    _ source: ByteSource, at address: UInt64, _ indices: Range<Int>, _ size: Int, _ visit: Visitor
  ) throws {
    let bytes = try source.structure(at: address, count: indices.count * size + 4)
    var cursor = Cursor(try Checksums.verified(bytes, "a page of chunks"))
    for index in indices { try visit(index, try cursor.bytes(size)) }
  }

  /// The sizes in the header of an extensible array.
  private struct Growth {
    let size: Int
    let offsetWidth: Int
    let direct: Int
    let smallest: Int
    let pointers: Int
    let page: Int
    /// Number of elements that may be set.
    let end: Int
    let groups: Int

    init(_ cursor: inout Cursor, isFiltered: Bool) throws {
      let client = try cursor.byte()
      size = try cursor.byte()
      let bits = try cursor.byte()
      direct = try cursor.byte()
      smallest = try cursor.byte()
      pointers = try cursor.byte()
      let pageBits = try cursor.byte()
      try cursor.skip(32)
      end = try cursor.length()
      try cursor.skip(8)
      offsetWidth = (bits + 7) / 8
      page = pageBits < 32 ? 1 << pageBits : 0
      func isPower(_ number: Int) -> Bool { number > 0 && number & (number - 1) == 0 }
      guard client == (isFiltered ? 1 : 0), size >= (isFiltered ? 12 : 8), bits <= 40, page > 0,
        isPower(smallest), isPower(pointers), pointers > 1, bits >= smallest.trailingZeroBitCount
      else { throw FormatError.damaged("an array of chunks is not of its kind") }
      groups = 1 + bits - smallest.trailingZeroBitCount
    }

    /// The number of blocks in a group of blocks, and the number of elements in each.
    func blocks(_ group: Int) -> (count: Int, elements: Int) {
      (1 << (group / 2), smallest << ((group + 1) / 2))
    }
  }

  /// Visits the elements of an extensible array. Some are in its index, the others in groups of blocks; the
  /// index lists the blocks of the first groups, and separate blocks list the others.
  static func extensible(
    _ source: ByteSource, at address: UInt64, isFiltered: Bool, _ visit: Visitor
  ) throws {
    var cursor = Cursor(
      try Checksums.verified(try source.structure(at: address, count: 72), "an array of chunks"))
    try cursor.signature("EAHD", at: address)
    _ = try cursor.version(0...0, of: "an array of chunks")
    let growth = try Growth(&cursor, isFiltered: isFiltered)
    guard let index = try cursor.address() else { return }
    let listed = min(2 * growth.pointers.trailingZeroBitCount, growth.groups)
    let blocks = (0..<listed).map { growth.blocks($0).count }.reduce(0, +)
    let count = 14 + growth.direct * growth.size + 8 * (blocks + growth.groups - listed) + 4
    var data = Cursor(
      try Checksums.verified(try source.structure(at: index, count: count), "an array of chunks"))
    try data.signature("EAIB", at: index)
    try data.skip(10)
    for element in 0..<growth.direct {
      let bytes = try data.bytes(growth.size)
      if element < growth.end { try visit(element, bytes) }
    }
    var first = growth.direct
    for group in 0..<growth.groups where first < growth.end {
      let (count, elements) = growth.blocks(group)
      if group < listed {
        for _ in 0..<count {
          try visitBlock(source, at: try data.address(), first, elements, nil, growth, visit)
          first += elements
        }
      } else {
        try visitGroup(source, at: try data.address(), first, count, elements, growth, visit)
        first += count * elements
      }
    }
  }

  private static func visitGroup(
    _ source: ByteSource, at address: UInt64?, _ first: Int, _ count: Int, _ elements: Int,
    _ growth: Growth, _ visit: Visitor
  ) throws {
    guard let address else { return }
    let pages = elements > growth.page ? elements / growth.page : 0
    let bits = (pages + 7) / 8
    let size = 14 + growth.offsetWidth + count * (bits + 8) + 4
    var cursor = Cursor(
      try Checksums.verified(try source.structure(at: address, count: size), "a group of chunks"))
    try cursor.signature("EASB", at: address)
    try cursor.skip(10 + growth.offsetWidth)
    let isThere = try cursor.bytes(count * bits)
    for block in 0..<count {
      let first = first + block * elements
      let address = try cursor.address()
      guard first < growth.end else { return }
      let own = isThere.dropFirst(block * bits).prefix(bits)
      try visitBlock(source, at: address, first, elements, own, growth, visit)
    }
  }

  /// Visits the elements of a block.
  /// - Parameter pages: which pages exist, if the block has pages.
  private static func visitBlock(
    _ source: ByteSource, at address: UInt64?, _ first: Int, _ elements: Int,
    _ pages: ArraySlice<UInt8>?, _ growth: Growth, _ visit: Visitor
  ) throws {
    guard let address, first < growth.end else { return }
    let isPaged = elements > growth.page
    let head = 14 + growth.offsetWidth
    let bytes = try source.structure(
      at: address, count: head + (isPaged ? 0 : elements * growth.size) + 4)
    var cursor = Cursor(try Checksums.verified(bytes, "a block of chunks"))
    try cursor.signature("EADB", at: address)
    try cursor.skip(10 + growth.offsetWidth)
    guard isPaged else {
      for element in 0..<elements where first + element < growth.end {
        try visit(first + element, try cursor.bytes(growth.size))
      }
      return
    }
    for page in 0..<elements / growth.page where isSet(page, pages ?? []) {
      let start = first + page * growth.page
      guard start < growth.end else { return }
      try visitPage(
        source, at: address + UInt64(head + 4 + page * (growth.page * growth.size + 4)),
        start..<start + growth.page, growth.size
      ) { index, element in
        if index < growth.end { try visit(index, element) }
      }
    }
  }
}
