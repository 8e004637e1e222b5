// Transformed filters, U = G w Gᵀ: made just before their products, in memory that the workspace lends.

/// Which way products go through a layer's filters.
enum FilterDirection {
  /// From input channels to filters.
  case forward
  /// From the filters' δ to input channels.
  case backward
}

extension PackedFilters {
  /// Channels over which products in `direction` sum.
  func channels(_ direction: FilterDirection) -> Int { direction == .forward ? inputs : outputs }

  /// Channels of a panel that they give.
  func width(_ panel: Int, _ direction: FilterDirection) -> Int {
    min(Self.panel, (direction == .forward ? outputs : inputs) - panel * Self.panel)
  }

  /// Panels of channels that they give.
  func panels(_ direction: FilterDirection) -> Int {
    direction == .forward ? outputPanels : inputPanels
  }
}

/// U of one panel, [f][channels][32], frequencies `stride` floats apart.
struct TransformedPanel {
  let start: UnsafePointer<Float>
  let stride: Int
}

/// U of all panels of a layer, [panel][f][channels][32].
struct TransformedFilters {
  fileprivate let start: UnsafePointer<Float>
  /// Floats of a panel.
  fileprivate let size: Int
  /// Floats between frequencies.
  fileprivate let stride: Int

  subscript(panel: Int) -> TransformedPanel {
    TransformedPanel(start: start + panel * size, stride: stride)
  }
}

extension WinogradConvolution {
  /// All panels of transformed filters.
  func sharedFilters(_ direction: FilterDirection) -> TransformedFilters {
    let (u, w, filters, form) = (workspace[.filters].start, weight.memory.start, filters, form)
    let channels = filters.channels(direction)
    let stride = PackedFilters.stride(channels: channels)
    let size = tiling.frequencies * stride
    pool.run(filters.panels(direction)) { panel, _ in
      form.filters(
        filters, w, direction, panel: panel, channels: 0..<channels, into: u + panel * size,
        stride: stride)
    }
    return TransformedFilters(start: u, size: size, stride: stride)
  }

  /// M of one panel and one group, a run of channels at a time: their filters are transformed into
  /// `room`, where they are still in cache when they are used.
  func multiply(
    _ a: WinogradLayout, _ group: MapTiling.Group, _ direction: FilterDirection, panel: Int,
    _ room: UnsafeMutablePointer<Float>, into m: WinogradLayout
  ) {
    let (channels, length) = (filters.channels(direction), plan.run)
    let u = TransformedPanel(start: room, stride: PackedFilters.stride(channels: length))
    for first in stride(from: 0, to: channels, by: length) {
      let run = first..<min(first + length, channels)
      form.filters(
        filters, weight.memory.start, direction, panel: panel, channels: run, into: room,
        stride: u.stride)
      WinogradProduct.forward(
        a.block(first / 16), tiles: group.count, blocks: run.count / 16,
        frequencies: tiling.frequencies, u, width: filters.width(panel, direction), into: m,
        adds: first > 0)
    }
  }
}
