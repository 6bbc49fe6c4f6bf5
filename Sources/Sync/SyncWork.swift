import Okta
import Storage

/// What one sync reads.
enum SyncWork: Sendable {
    case everything
    case changes(withCatalogue: Bool)
    case named(NamedObjects)

    var mode: SyncMode {
        switch self {
        case .everything: .full
        case .changes: .incremental
        case .named: .events
        }
    }

    /// Whether the run is shown while it runs: the others take a moment, and most find nothing.
    var isShown: Bool { mode == .full }

    func pulled(by pull: Pull) async throws(OktaError) -> Pulled {
        switch self {
        case .everything: try await pull.everything()
        case .changes(let withCatalogue): try await pull.changes(withCatalogue: withCatalogue)
        case .named(let names): try await pull.named(names)
        }
    }
}
