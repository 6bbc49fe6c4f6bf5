import Foundation

/// Fields as a query or as the body of a form (`application/x-www-form-urlencoded`).
struct URLForm: Sendable {
    let text: String

    init(_ fields: [(name: String, value: String)]) {
        self.text = fields.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    var body: TimusServer.Body {
        TimusServer.Body(type: "application/x-www-form-urlencoded", bytes: Data(text.utf8))
    }

    /// All but the unreserved characters of RFC 3986 §2.3 as `%XX`.
    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}

extension URLForm {
    /// The fields of a form or query that was sent to us; nil where a name is there twice (RFC 6749 §3.1).
    static func fields(of text: String) -> [String: String]? {
        let items = URLComponents(string: "?\(text.replacing("+", with: "%20"))")?.queryItems ?? []
        guard Set(items.map(\.name)).count == items.count else { return nil }
        return items.reduce(into: [:]) { $0[$1.name] = $1.value }
    }
}
