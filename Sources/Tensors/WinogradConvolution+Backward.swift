// Backward: dM from the output's gradient, then from it the input's gradient and the weights'.

extension WinogradConvolution {
  public func backward(_ outputGradient: Buffer, images: Int, into inputGradient: Buffer?) {
    propagate(outputGradient, images: images, into: inputGradient)
    let target = g ?? Buffer(count: shape.weightCount)
    g = target
    let start = target.start
    weightGradient(images: images) { offset, gradient, count in
      (start + offset).update(from: gradient, count: count)
    }
  }

  public func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, applying sgd: SGD
  ) {
    propagate(outputGradient, images: images, into: inputGradient)
    let (w, v) = (w.start, vw.start)
    weightGradient(images: images) { offset, gradient, count in
      sgd.step(w + offset, v + offset, gradient, count: count)
    }
    sgd.step(b.start, vb.start, gb.start, count: shape.outputs)
  }

  public func update(_ sgd: SGD) {
    guard let g else { preconditionFailure("no backward has left a gradient") }
    let (filters, w, v) = (filters, w.start, vw.start)
    pool.run(filters.outputPanels) { panel, _ in
      let offset = filters.offset(panel: panel, channel: 0)
      sgd.step(
        w + offset, v + offset, g.start + offset, count: 9 * filters.inputs * filters.width(panel))
    }
    sgd.step(b.start, vb.start, gb.start, count: shape.outputs)
  }

  public func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer
  ) {
    precondition(images > 0 && images <= shape.images)
    precondition(delta.count >= repeats * images * shape.mapCount)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    let (source, tiling, form) = (source(outputGradient), self.tiling, self.form)
    let (target, size) = (delta.start, shape.mapCount)
    pool.run(repeats * images) { image, _ in
      form.preactivation(source, tiling, image, image % images, target + image * size)
    }
  }

  public func inputGradient(_ delta: Buffer, images: Int, into inputGradient: Buffer) {
    precondition(images > 0 && images <= shape.images)
    precondition(delta.count >= images * shape.mapCount)
    precondition(inputGradient.count >= images * shape.inputCount)
    propagate(
      WinogradDelta(shape: shape, gradient: delta.start, source: .plain), images: images,
      bias: nil, into: inputGradient.start)
  }

  private func source(_ outputGradient: Buffer) -> WinogradDelta {
    guard let output else { preconditionFailure("backward without a retaining forward") }
    let source: WinogradDelta.Source =
      if shape.pools, let codes = codes.baseAddress {
        .pooled(codes: codes)
      } else {
        .rectified(output: output.start)
      }
    return WinogradDelta(shape: shape, gradient: outputGradient.start, source: source)
  }

  private func propagate(_ outputGradient: Buffer, images: Int, into inputGradient: Buffer?) {
    precondition(holdsInput, "backward without a retaining forward of a block that trains")
    precondition(outputGradient.count >= images * shape.outputCount)
    precondition(inputGradient.map { $0.count >= images * shape.inputCount } ?? true)
    propagate(
      source(outputGradient), images: images, bias: biasSums.start, into: inputGradient?.start)
    Reductions.addParts(
      biasSums.start, parts: tiling.groups(images: images), stride: shape.outputs,
      count: shape.outputs, into: gb.start)
  }

  /// dM, left in the workspace; Σ δ by group of tiles; and the input's gradient, if asked for.
  private func propagate(
    _ source: WinogradDelta, images: Int, bias: UnsafeMutablePointer<Float>?,
    into dx: UnsafeMutablePointer<Float>?
  ) {
    let (tiling, k, n) = (tiling, shape.outputs, tiling.frequencies)
    if let bias { bias.update(repeating: 0, count: tiling.groups(images: images) * k) }
    let m = workspace[.product].start
    if sharesFilters {
      propagateByGroup(source, images: images, m, bias: bias, into: dx)
      return
    }
    let form = form
    eachBlockPair(k, groups: tiling.groups(images: images)) { index, blocks in
      let group = tiling.group(index, images: images)
      form.outputAdjoint(
        source, tiling, group, blocks, WinogradLayout(m, group, frequencies: n, channels: k),
        bias.map { $0 + index * k })
    }
    guard let dx else { return }
    let (filters, w, c) = (filters, w.start, shape.inputs)
    let panels = filters.inputPanels
    let scratches = scratches()
    pool.run(tiling.independentSets(images: images) * panels) { chunk, worker in
      let (set, panel) = (chunk / panels, chunk % panels)
      let scratch = scratches(worker)
      let u = scratch + WinogradLayout.size(tiling, groupOf: WinogradFilters.panel)
      form.filterBackward(filters, w, panel, u)
      for part in 0..<tiling.groupsPerImage {
        let group = tiling.group(set * tiling.groupsPerImage + part, images: images)
        self.scatter(
          WinogradLayout(m, group, frequencies: n, channels: k), group, u, panel: panel, scratch,
          channels: c, into: dx)
      }
    }
  }

  /// Each group of tiles: dM, then panel after panel of the input's channels.
  private func propagateByGroup(
    _ source: WinogradDelta, images: Int, _ m: UnsafeMutablePointer<Float>,
    bias: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>?
  ) {
    let (form, tiling, filters, w) = (form, tiling, filters, w.start)
    let (c, k, n) = (shape.inputs, shape.outputs, tiling.frequencies)
    let u = workspace[.filters].start
    let size = n * WinogradFilters.stride(rows: k)
    if dx != nil {
      pool.run(filters.inputPanels) { panel, _ in
        form.filterBackward(filters, w, panel, u + panel * size)
      }
    }
    let scratches = scratches()
    pool.run(tiling.independentSets(images: images)) { set, worker in
      let scratch = scratches(worker)
      for part in 0..<tiling.groupsPerImage {
        let group = tiling.group(set * tiling.groupsPerImage + part, images: images)
        let layout = WinogradLayout(m, group, frequencies: n, channels: k)
        form.outputAdjoint(
          source, tiling, group, 0..<k / 16, layout, bias.map { $0 + group.index * k })
        guard let dx else { continue }
        for panel in 0..<filters.inputPanels {
          self.scatter(
            layout, group, u + panel * size, panel: panel, scratch, channels: c, into: dx)
        }
      }
    }
  }

  /// dV of one panel of input channels, and its part of the input's gradient.
  private func scatter(
    _ m: WinogradLayout, _ group: WinogradTiling.Group, _ u: UnsafePointer<Float>, panel: Int,
    _ scratch: UnsafeMutablePointer<Float>, channels c: Int, into dx: UnsafeMutablePointer<Float>
  ) {
    let dv = WinogradLayout(
      scratch, rows: WinogradTiling.padded(group.count), channels: WinogradFilters.panel)
    WinogradProduct.forward(
      m, tiles: group.count, channels: shape.outputs, frequencies: tiling.frequencies, u, into: dv)
    form.inputAdjoint(dv, c, tiling, group, min(2, c / 16 - 2 * panel), 2 * panel, dx)
  }
}
