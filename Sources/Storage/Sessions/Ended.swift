/// What a user held and holds no more.
public struct Ended: Equatable, Sendable {
    public let sessions: Int
    public let connections: Int
    /// Codes by which Connect could still have got a session.
    let codes: Int

    var isNothing: Bool { sessions + connections + codes == 0 }
}

extension Ended: CustomStringConvertible {
    /// `2 sessions, 1 connection`, as events have it.
    public var description: String {
        "\(sessions == 1 ? "1 session" : "\(sessions) sessions"), "
            + (connections == 1 ? "1 connection" : "\(connections) connections")
    }
}
