/// What ``JSONReader`` reads from one JSON object: a user or a group of Okta's.
protocol JSONReadable: Sendable {
    init(json: inout JSONReader) throws(JSONReader.Failure)
}
