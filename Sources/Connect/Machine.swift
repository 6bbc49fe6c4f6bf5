import Foundation

/// What the server is told about this machine.
enum Machine {
    static let platform = "linux"

    /// The host name up to its first dot, at most 64 characters; "this device" where there is none.
    static var name: String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "this device" }
        let host = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let name = host.prefix { $0 != "." }.prefix(64)
        return name.isEmpty ? "this device" : String(name)
    }
}
