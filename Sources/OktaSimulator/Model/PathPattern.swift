extension Org {
    /// Paths of requests: `/api/v1/groups` is that path alone, `*` stands for one segment, `**` at the end for all that
    /// follows, `/api/v1/groups/*/users`, `/api/v1/**`.
    public struct PathPattern: Sendable, CustomStringConvertible {
        public let description: String
        private let segments: [Substring]

        public init(_ text: String) {
            description = text
            segments = text.split(separator: "/")
        }

        func matches(_ path: String) -> Bool {
            let parts = path.split(separator: "/")
            for (index, segment) in segments.enumerated() {
                if segment == "**" { return true }
                guard index < parts.count, segment == "*" || segment == parts[index] else { return false }
            }
            return parts.count == segments.count
        }
    }
}
