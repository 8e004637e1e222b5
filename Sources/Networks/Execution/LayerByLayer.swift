/// A compiled network one linear map at a time: for initialisers that look at a map's input before they
/// draw it, and for measuring what a map puts out.

import Tensors

extension CompiledNetwork {
  private func mapped(_ index: Int) -> MappedLayer {
    let place = places[index]
    return layers[place.layer].maps[place.map]
  }

  /// The windows of linear map `index`, in the network's order of all maps.
  package func windows(of index: Int) -> MapWindows { mapped(index).windows }

  /// What enters linear map `index`: the images, or what was computed last before it.
  package func input(of index: Int) -> Buffer {
    let x = values[places[index].layer]
    return mapped(index).input?(x) ?? x
  }

  /// Replaces weight and bias of linear map `index`; a map without bias takes none.
  package func load(map index: Int, weight: [Float], bias: [Float]) {
    mapped(index).load(weight: weight, bias: bias)
  }

  /// Evaluates the network from linear map `index` to the next, on what `input` holds: until `input(of:)` of the
  /// next one is there. Maps before it have been evaluated in order. Nothing is computed twice: where the next map
  /// reads the same input, nothing is computed yet.
  ///
  /// - Parameter statistics: what batch normalisations normalise by.
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

  /// Gradient of the last backward pass that kept it by the weight of linear map `index`.
  package func weightGradient(of index: Int) -> [Float] {
    let mapped = mapped(index)
    return mapped.rows(of: mapped.weight.gradient)
  }
}
