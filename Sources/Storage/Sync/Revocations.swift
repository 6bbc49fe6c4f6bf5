/// How many sessions and connections a change ended, or would end.
public struct Revocations: Hashable, Sendable, Codable {
    public var sessions: Int
    public var connections: Int

    public init(sessions: Int = 0, connections: Int = 0) {
        self.sessions = sessions
        self.connections = connections
    }

    public static func + (left: Revocations, right: Revocations) -> Revocations {
        Revocations(
            sessions: left.sessions + right.sessions,
            connections: left.connections + right.connections
        )
    }
}
