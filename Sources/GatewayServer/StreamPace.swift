public import GatewayAPI

/// How often a stream says something though nothing changed.
public struct StreamPace: Sendable {
    public let full: Duration
    public let alive: Duration

    public init(
        full: Duration = .seconds(GatewayPath.fullStateInterval),
        alive: Duration = .seconds(GatewayPath.aliveInterval)
    ) {
        self.full = full
        self.alive = alive
    }
}
