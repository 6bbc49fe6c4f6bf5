/// Where notifications are posted, and the secret that signs them.
public struct Webhook: Hashable, Sendable {
    public let url: String
    public let secret: Secret
}
