// Conversion of shapes between Swift's arrays and the library's data spaces.

import CHDF5

enum DataSpace {
  /// The library's limit on the number of axes.
  static let maximumRank = 32

  /// Creates a data space of a shape; `[]` is a single value.
  static func create(_ shape: [Int], orThrow error: @autoclosure () -> HDF5Error) throws -> Handle {
    guard shape.count <= maximumRank, shape.allSatisfy({ $0 >= 0 }) else { throw error() }
    if shape.isEmpty { return try Handle(H5Screate(H5S_SCALAR), H5Sclose, orThrow: error()) }
    let extents = shape.map { hsize_t($0) }
    return try Handle(
      H5Screate_simple(Int32(shape.count), extents, nil), H5Sclose, orThrow: error())
  }

  /// The number of elements of a shape; nil when it overflows an Int or an extent is negative.
  static func count(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !isTooLarge else { return nil }
      count = product
    }
    return count
  }

  /// Selects the rows `rows` of the first axis.
  static func select(rows: Range<Int>, of shape: [Int], in space: borrowing Handle) -> Bool {
    guard let extent = shape.first, rows.lowerBound >= 0, rows.upperBound <= extent else {
      return false
    }
    var start = [hsize_t](repeating: 0, count: shape.count)
    var count = shape.map { hsize_t($0) }
    start[0] = hsize_t(rows.lowerBound)
    count[0] = hsize_t(rows.count)
    return H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, count, nil) >= 0
  }
}
