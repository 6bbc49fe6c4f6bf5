/// Where a request came from, for the events.
public struct Origin: Hashable, Sendable {
    /// The IP address of the client; nil where there is none.
    public let address: String?
    /// What the client calls itself: the `User-Agent` of a browser, or the name of a device. At most
    /// ``longestDevice`` characters are kept, without control characters.
    public let device: String?

    static let longestDevice = 200

    public init(address: String?, device: String? = nil) {
        self.address = address
        self.device = device.flatMap(Self.kept)
    }

    private static func kept(_ device: String) -> String? {
        let scalars = device.unicodeScalars.filter { $0.properties.generalCategory != .control }
        let text = String(String(String.UnicodeScalarView(scalars)).prefix(longestDevice))
        return text.isEmpty ? nil : text
    }
}
