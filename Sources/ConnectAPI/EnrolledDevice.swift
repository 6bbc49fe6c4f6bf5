/// A device as the server knows it. Enrolling the same key again answers the same device.
public struct EnrolledDevice: Hashable, Sendable, Codable {
    public let id: String
    public let name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}
