/// What one check of `doctor` found: how it stands, in one sentence, and what to do about it.
struct Finding: Equatable, Sendable {
    enum Status: String, Sendable, Encodable {
        case ok
        /// It works, or will, but somebody should look at it.
        case warning
        /// With it there is no tunnel.
        case failed
        /// It could not be looked at: something before it is missing, or it cannot be known from here.
        case unchecked
    }

    /// The same in every version, for scripts: `wireguard`, `clock`.
    let id: String
    /// What was looked at, for people.
    let name: String
    let status: Status
    let sentence: String
    /// nil where there is nothing to do.
    let remedy: String?

    static func ok(_ id: String, _ name: String, _ sentence: String) -> Finding {
        Finding(id: id, name: name, status: .ok, sentence: sentence, remedy: nil)
    }

    static func warning(_ id: String, _ name: String, _ sentence: String, remedy: String) -> Finding {
        Finding(id: id, name: name, status: .warning, sentence: sentence, remedy: remedy)
    }

    static func failed(_ id: String, _ name: String, _ sentence: String, remedy: String) -> Finding {
        Finding(id: id, name: name, status: .failed, sentence: sentence, remedy: remedy)
    }

    static func unchecked(_ id: String, _ name: String, _ sentence: String, remedy: String? = nil) -> Finding {
        Finding(id: id, name: name, status: .unchecked, sentence: sentence, remedy: remedy)
    }

    /// An error of ours as a finding, with its own remedy.
    static func failed(_ id: String, _ name: String, _ error: ConnectError) -> Finding {
        let remedy = error.recoverySuggestion.map { "\($0)." }
        return Finding(id: id, name: name, status: .failed, sentence: error.sentence, remedy: remedy)
    }
}
