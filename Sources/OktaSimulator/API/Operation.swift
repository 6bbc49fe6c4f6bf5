import Foundation

/// One operation of the management API: its method, its path below `/api/v1` with `*` for what varies, the scope that it
/// asks for, and what it does.
struct Operation: Sendable {
    let method: String
    let pattern: [Substring]
    let scope: String
    let perform: @Sendable (Call) async throws(OktaFailure) -> Reply

    init(
        _ method: String,
        _ pattern: String,
        _ scope: String,
        _ perform: @escaping @Sendable (Call) async throws(OktaFailure) -> Reply
    ) {
        self.method = method
        self.pattern = pattern.split(separator: "/")
        self.scope = scope
        self.perform = perform
    }

    /// What stands at the placeholders; nil where the path is another.
    func arguments(in path: [String]) -> [String]? {
        guard path.count == pattern.count else { return nil }
        var arguments: [String] = []
        for (part, expected) in zip(path, pattern) {
            if expected == "*" { arguments.append(part) } else if part != expected { return nil }
        }
        return arguments
    }
}
