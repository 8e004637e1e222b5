// Evaluation of a compiled network one linear map at a time: for initialisers that look at a map's input before they
// draw the map, and for measuring a map's output.

import Tensors

extension CompiledNetwork {
  private func mapped(_ index: Int) -> MappedLayer {
    let place = places[index]
    return layers[place.layer].maps[place.map]
  }

  /// The windows of linear map number `index` in the network's order.
  package func windows(of index: Int) -> MapWindows { mapped(index).windows }

  /// The current input of linear map `index`: the images, or the output computed before it.
  package func input(of index: Int) -> Buffer {
    let x = values[places[index].layer]
    return mapped(index).input?(x) ?? x
  }

  /// Replaces the weight and the bias of linear map `index`. If the map has no bias, `bias` is ignored.
  package func load(map index: Int, weight: [Float], bias: [Float]) {
    mapped(index).load(weight: weight, bias: bias)
  }

  /// Evaluates the network on `input` from linear map `index` up to the next map, so that `input(of:)` of the next map is
  /// available.
  ///
  /// All maps before it must have been evaluated, in order. Nothing is computed twice: if the next map reads the same
  /// input, the call computes nothing.
  ///
  /// - Parameter statistics: The statistics that batch normalisations use.
  package func evaluate(
    map index: Int, images: Int, by statistics: BatchNorm.Statistics = .running
  ) {
    let (place, next) = (places[index], index + 1 < places.count ? places[index + 1] : nil)
    if next?.layer == place.layer, mapped(index).map.layer == mapped(index + 1).map.layer { return }
    let pass = ForwardPass(
      images: images, retaining: false, dropout: nil, statistics: statistics)
    layers[place.layer].forward(
      values[place.layer], pass, from: place.map, into: values[place.layer + 1])
    guard next?.layer != place.layer else { return }
    forward(pass, through: place.layer + 1..<(next?.layer ?? layers.count))
  }

  /// The gradient with respect to the weight of linear map `index`, from the last backward pass that kept gradients.
  package func weightGradient(of index: Int) -> [Float] {
    let mapped = mapped(index)
    return mapped.rows(of: mapped.weight.gradient)
  }
}
