// Running statistics of a new network's batch normalisations.

import Networks
import Tensors

extension Initialiser {
  /// Whether the running statistics of the new network differ from its source's. They are then those of the images
  /// that initialisers use, or without images 0 and 1.
  /// - Parameter isAligned: whether what is drawn is carried over to other channels.
  package func startsStatistics(
    of architecture: Architecture, _ options: InitialisationOptions, isAligned: Bool
  ) -> Bool {
    let isCopy = others == .source && options.layers == .all && !isAligned
    return !isCopy && architecture.others.contains(where: \.isStatistic)
  }
}

extension Network {
  /// The same network with running statistics measured on the images that initialisers use, layer by layer. So evaluation
  /// normalises as the first step of training does.
  ///
  /// - Throws: `FeatureError` if images, memory and network do not fit together, or a statistic is not finite.
  func measuringStatistics(on task: TaskImages) throws(FeatureError) -> Network {
    do {
      let compiled = try bodyOnly().compiled(on: task, preparation: task.preparation)
      compiled.measureStatistics(images: task.count)
      let measured = compiled.network
      var parameters = parameters
      for parameter in architecture.others where parameter.isStatistic {
        guard measured[parameter.name].isFinite else {
          throw NetworkError("'\(parameter.name)' would not be finite on these images")
        }
        parameters[parameter.name] = measured[parameter.name]
      }
      return try Network(architecture, parameters: parameters, preparation: preparation)
    } catch { throw FeatureError("\(error)") }
  }
}
