/// From the names of files to a set of images: what each file is is sniffed, never asked.

extension ImageSet {
  /// Surveys the inputs: up to four idx files in any order.
  ///
  /// - Parameters:
  ///   - name: the set's name; `fashion-mnist` also names its classes.
  /// - Throws: `ImageFormatError`, one line that names the file.
  public static func open(
    _ inputs: [String], name: String? = nil, options: Options = Options()
  ) throws -> ImageSet {
    let survey = try Idx.survey(inputs, name: name)
    return try ImageSet(survey, options: options)
  }
}
