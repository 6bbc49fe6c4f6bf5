import Foundation

/// The text of a request's URL, with everything that is data percent-encoded.
enum URLText {
    static func make(_ origin: String, path: [String], query: [(String, String)] = []) -> String {
        let segments = path.map { "/" + encode($0) }.joined()
        let fields = query.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
        return origin + segments + (fields.isEmpty ? "" : "?" + fields)
    }

    private static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// RFC 3986 §2.3
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}
