/// Comma-separated values (RFC 4180, line feeds).

/// A line of cells with its line feed.
public func csvLine(_ cells: [String]) -> String {
  cells.map(quotedForCSV).joined(separator: ",") + "\n"
}
