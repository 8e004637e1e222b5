// Backward: dM from the output's gradient, then from it the input's gradient and the weights'.

extension WinogradConvolution {
  package func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, _ use: GradientUse
  ) {
    withSink(use) { backward(outputGradient, images: images, into: inputGradient, $0) }
  }

  package func inputGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into inputGradient: Buffer
  ) {
    let all = repeats * images
    precondition(all <= shape.images && inputGradient.count >= all * shape.inputCount)
    let pass = BackwardPass(
      source: delta(outputGradient, images: images, repeats: repeats), images: all, input: nil,
      bias: nil, dx: inputGradient.start, u: plan.sharesFilters ? sharedFilters(.backward) : nil)
    for band in tiling.bands(images: all, size: plan.bandGroups) { _ = propagate(pass, band) }
    addHalos(pass)
  }

  /// What one backward pass reads and writes.
  struct BackwardPass {
    let source: TileDelta
    let images: Int
    /// The forward's input, which V is made from; nil: no weights' gradient is wanted.
    let input: UnsafePointer<Float>?
    /// Σ δ of each group [groups][K], zero at first.
    let bias: UnsafeMutablePointer<Float>?
    /// The input's gradient, if wanted.
    let dx: UnsafeMutablePointer<Float>?
    /// All transformed filters, where groups of tiles share them and `dx` is wanted.
    let u: TransformedFilters?
  }

  /// V (only if weights' gradients are wanted) and dM of a band of tiles.
  struct BandTransforms {
    let v: WinogradLayout
    let m: WinogradLayout
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
    let (groups, k) = (tiling.groups(images: images), bias.count)
    biasSums.start.update(repeating: 0, count: groups * k)
    let filters = inputGradient != nil && plan.sharesFilters ? sharedFilters(.backward) : nil
    let pass = BackwardPass(
      source: delta(outputGradient, images: images), images: images, input: input.start,
      bias: isPlain ? nil : biasSums.start, dx: inputGradient?.start, u: filters)
    let bands = tiling.bands(images: images, size: plan.bandGroups)
    if sumsByPart {
      sumWeightGradient(pass)
      finishWeightGradient(sink)
    } else if appliesAtOnce(images: images), let all = bands.first {
      formWeightGradient(propagate(pass, all), all, sink)
    } else {
      for band in bands { addWeightGradient(propagate(pass, band), band) }
      finishWeightGradient(sink)
    }
    addHalos(pass)
    if !isPlain {
      Reductions.addParts(
        biasSums.start, parts: groups, stride: k, count: k, into: biasGradient.start)
    }
  }

  /// V and dM of a band, in the workspace until the next band's; Σ δ by group; and the input's gradient.
  private func propagate(_ pass: BackwardPass, _ band: MapTiling.Band) -> BandTransforms {
    let (v, m) = (
      WinogradLayout(workspace[.transformed].start, tiles: band.count, channels: shape.inputs),
      WinogradLayout(workspace[.product].start, tiles: band.count, channels: shape.outputs)
    )
    if plan.sharesFilters {
      propagateByGroup(pass, band, v: v, m: m)
    } else {
      propagateByPanel(pass, band, v: v, m: m)
    }
    return BandTransforms(v: v, m: m)
  }

  /// All tiles' dM, then V, then each panel of the input's channels with each group of tiles.
  private func propagateByPanel(
    _ pass: BackwardPass, _ band: MapTiling.Band, v: WinogradLayout, m: WinogradLayout
  ) {
    let (form, tiling, c, k) = (form, tiling, shape.inputs, shape.outputs)
    eachBlockPair(k, band) { index, blocks in
      let group = tiling.group(index, images: pass.images)
      form.outputAdjoint(
        pass.source, tiling, group, blocks: blocks, into: m.from(group.first - band.first),
        bias: pass.bias.map { $0 + index * k })
    }
    if let input = pass.input {
      eachBlockPair(c, band) { index, blocks in
        let group = tiling.group(index, images: pass.images)
        form.input(
          input, channels: c, tiling, group, blocks: blocks,
          into: v.from(group.first - band.first))
      }
    }
    guard let dx = pass.dx else { return }
    let (panels, halos, scratches) = (filters.inputPanels, halos(), scratches())
    pool.run(band.groups.count * panels) { chunk, worker in
      let panel = chunk % panels
      let group = tiling.group(band.groups.lowerBound + chunk / panels, images: pass.images)
      let (dv, room) = self.productScratch(scratches(worker), group)
      self.multiply(
        m.from(group.first - band.first), group, .backward, panel: panel, room, into: dv)
      form.inputAdjoint(
        dv, channels: c, tiling, group, blocks: min(2, c / 16 - 2 * panel), first: 2 * panel,
        into: dx, halo: halos(group.index))
    }
  }

  /// Each group of tiles: dM and V, then panel after panel of the input's channels.
  private func propagateByGroup(
    _ pass: BackwardPass, _ band: MapTiling.Band, v: WinogradLayout, m: WinogradLayout
  ) {
    let (tiling, halos, scratches) = (tiling, halos(), scratches())
    pool.run(band.groups.count) { chunk, worker in
      let group = tiling.group(band.groups.lowerBound + chunk, images: pass.images)
      self.propagate(
        pass, group, v: v.from(group.first - band.first), m: m.from(group.first - band.first),
        halo: halos(group.index), scratches(worker))
    }
  }

  /// One group of tiles, where groups share transformed filters.
  func propagate(
    _ pass: BackwardPass, _ group: MapTiling.Group, v: WinogradLayout, m: WinogradLayout,
    halo: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let (c, k) = (shape.inputs, shape.outputs)
    form.outputAdjoint(
      pass.source, tiling, group, blocks: 0..<k / 16, into: m,
      bias: pass.bias.map { $0 + group.index * k })
    if let dx = pass.dx, let u = pass.u {
      let (dv, _) = productScratch(scratch, group)
      for panel in 0..<filters.inputPanels {
        WinogradProduct.forward(
          m, tiles: group.count, blocks: k / 16, frequencies: tiling.frequencies, u[panel],
          width: filters.width(panel, .backward), into: dv, adds: false)
        form.inputAdjoint(
          dv, channels: c, tiling, group, blocks: min(2, c / 16 - 2 * panel), first: 2 * panel,
          into: dx, halo: halo)
      }
    }
    if let input = pass.input {
      form.input(input, channels: c, tiling, group, blocks: 0..<c / 16, into: v)
    }
  }

  /// Floats of the rows of the map that two groups of one image share.
  var haloSize: Int { form.axis.shared * shape.width * shape.inputs }

  func halos() -> (_ group: Int) -> UnsafeMutablePointer<Float> {
    let (start, size) = (workspace[.halo].start, haloSize)
    return { start + $0 &* size }
  }

  private func addHalos(_ pass: BackwardPass) {
    guard let dx = pass.dx, tiling.groupsPerImage > 1 else { return }
    let (form, tiling, c, halos) = (form, tiling, shape.inputs, halos())
    pool.run(tiling.groups(images: pass.images)) { index, _ in
      form.addHalo(
        halos(index), channels: c, tiling, tiling.group(index, images: pass.images), into: dx)
    }
  }
}
