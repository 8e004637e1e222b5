// Backward: dM from the output's gradient, then from it the input's gradient and the weights'.

extension WinogradConvolution {
  public func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, _ use: GradientUse
  ) {
    withSink(use) { backward(outputGradient, images: images, into: inputGradient, $0) }
  }

  public func inputGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into inputGradient: Buffer
  ) {
    let all = repeats * images
    precondition(all <= shape.images && inputGradient.count >= all * shape.inputCount)
    let pass = BackwardPass(
      source: delta(outputGradient, images: images, repeats: repeats), images: all, input: nil,
      bias: nil, dx: inputGradient.start)
    if plan.sharesFilters {
      _ = sharedFilters(form.filterBackward, panels: filters.inputPanels, channels: shape.outputs)
    }
    for band in tiling.bands(images: all, size: plan.bandGroups) { propagate(pass, band) }
    addHalos(pass)
  }

  /// What one backward pass reads and writes.
  private struct BackwardPass {
    let source: TileDelta
    let images: Int
    /// The forward's input, whence V; nil: no weights' gradient is wanted.
    let input: UnsafePointer<Float>?
    /// Σ δ of each group [groups][K], zero at first.
    let bias: UnsafeMutablePointer<Float>?
    /// The input's gradient, if wanted.
    let dx: UnsafeMutablePointer<Float>?
  }

  /// Band after band of tiles; `sink` is given dW piece by piece, in the order of the packed weights.
  private func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?,
    _ sink: GradientSink
  ) {
    guard let input, trains else {
      preconditionFailure("backward without a retaining forward of a block that trains")
    }
    precondition(inputGradient.map { $0.count >= images * shape.inputCount } ?? true)
    let groups = tiling.groups(images: images)
    biasSums.start.update(repeating: 0, count: groups * shape.outputs)
    let pass = BackwardPass(
      source: delta(outputGradient, images: images), images: images, input: input.start,
      bias: biasSums.start, dx: inputGradient?.start)
    if pass.dx != nil, plan.sharesFilters {
      _ = sharedFilters(form.filterBackward, panels: filters.inputPanels, channels: shape.outputs)
    }
    let atOnce = appliesAtOnce(images: images)
    for band in tiling.bands(images: images, size: plan.bandGroups) {
      propagate(pass, band)
      if !atOnce { addWeightGradient(band) }
    }
    addHalos(pass)
    Reductions.addParts(
      biasSums.start, parts: groups, stride: shape.outputs, count: shape.outputs,
      into: biasGradient.start)
    if atOnce {
      formWeightGradient(tiles: images * tiling.tilesPerImage, sink)
    } else {
      finishWeightGradient(sink)
    }
  }

  /// V and dM of a band, left in the workspace; Σ δ by group; and the input's gradient.
  private func propagate(_ pass: BackwardPass, _ band: WinogradTiling.Band) {
    let (form, tiling, c, k) = (form, tiling, shape.inputs, shape.outputs)
    let m = WinogradLayout(workspace[.product].start, tiles: band.count, channels: k)
    let v = WinogradLayout(workspace[.transformed].start, tiles: band.count, channels: c)
    if plan.sharesFilters {
      propagateByGroup(pass, band, v: v, m: m)
      return
    }
    eachBlockPair(k, band) { index, blocks in
      let group = tiling.group(index, images: pass.images)
      form.outputAdjoint(
        pass.source, tiling, group, blocks, m.from(group.first - band.first),
        pass.bias.map { $0 + index * k })
    }
    if let input = pass.input {
      eachBlockPair(c, band) { index, blocks in
        let group = tiling.group(index, images: pass.images)
        form.input(input, c, tiling, group, blocks, v.from(group.first - band.first))
      }
    }
    guard let dx = pass.dx else { return }
    let (panels, halos, scratches) = (filters.inputPanels, halos(), scratches())
    pool.run(band.groups.count * panels) { chunk, worker in
      let panel = chunk % panels
      let group = tiling.group(band.groups.lowerBound + chunk / panels, images: pass.images)
      let (dv, u) = self.productScratch(scratches(worker), group)
      self.multiply(
        m.from(group.first - band.first), group, channels: k, form.filterBackward, panel: panel, u,
        into: dv)
      form.inputAdjoint(
        dv, c, tiling, group, min(2, c / 16 - 2 * panel), 2 * panel, dx, halos(group.index))
    }
  }

  /// Each group of tiles: dM and V, then panel after panel of the input's channels.
  private func propagateByGroup(
    _ pass: BackwardPass, _ band: WinogradTiling.Band, v: WinogradLayout, m: WinogradLayout
  ) {
    let (form, tiling, c, k) = (form, tiling, shape.inputs, shape.outputs)
    let (n, panels) = (tiling.frequencies, filters.inputPanels)
    let u = workspace[.filters].start
    let stride = PackedFilters.stride(channels: k)
    let (halos, scratches) = (halos(), scratches())
    pool.run(band.groups.count) { chunk, worker in
      let group = tiling.group(band.groups.lowerBound + chunk, images: pass.images)
      let m = m.from(group.first - band.first)
      form.outputAdjoint(
        pass.source, tiling, group, 0..<k / 16, m, pass.bias.map { $0 + group.index * k })
      if let dx = pass.dx {
        let (dv, _) = self.productScratch(scratches(worker), group)
        for panel in 0..<panels {
          WinogradProduct.forward(
            m, tiles: group.count, blocks: k / 16, frequencies: n, u + panel * n * stride,
            stride: stride, into: dv, adds: false)
          form.inputAdjoint(
            dv, c, tiling, group, min(2, c / 16 - 2 * panel), 2 * panel, dx, halos(group.index))
        }
      }
      if let input = pass.input {
        form.input(input, c, tiling, group, 0..<c / 16, v.from(group.first - band.first))
      }
    }
  }

  /// Floats of the rows of the map that two groups of one image share.
  var haloSize: Int { (form.axis.inputs - form.axis.outputs) * shape.width * shape.inputs }

  private func halos() -> (_ group: Int) -> UnsafeMutablePointer<Float> {
    let (start, size) = (workspace[.halo].start, haloSize)
    return { start + $0 &* size }
  }

  private func addHalos(_ pass: BackwardPass) {
    guard let dx = pass.dx, tiling.groupsPerImage > 1 else { return }
    let (form, tiling, c, halos) = (form, tiling, shape.inputs, halos())
    pool.run(tiling.groups(images: pass.images)) { index, _ in
      form.addHalo(halos(index), c, tiling, tiling.group(index, images: pass.images), dx)
    }
  }
}
