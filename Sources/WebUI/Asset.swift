/// A file that pages refer to, carried inside the program.
public struct Asset: Sendable {
    /// The last part of its path, `timus.css`.
    public let name: String
    public let contentType: String
    public let bytes: [UInt8]
    /// Where pages ask for it. The query changes with the content, so that it may be kept for ever.
    public let path: Path

    public static let stylesheet = Asset(
        name: "timus.css",
        contentType: "text/css; charset=utf-8",
        bytes: PackageResources.timus_css
    )
    public static let script = Asset(
        name: "timus.js",
        contentType: "text/javascript; charset=utf-8",
        bytes: PackageResources.timus_js
    )
    public static let icon = Asset(name: "timus.svg", contentType: "image/svg+xml", bytes: Array(Brand.icon.utf8))

    /// Each is served at `/assets/` and its name.
    public static let all = [stylesheet, script, icon]

    private init(name: String, contentType: String, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
        self.path = Path("/assets/\(name)").query("v", Self.fingerprint(of: bytes))
    }

    /// FNV-1a, 64 bits: tells versions apart, proves nothing.
    private static func fingerprint(of bytes: [UInt8]) -> String {
        String(bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 36)
    }
}
