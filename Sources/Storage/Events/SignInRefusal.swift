/// A sign-in, or a step of one, that did not lead in.
public struct SignInRefusal: Hashable, Sendable {
    public let step: SignInStep
    /// What kept the person out, in words: never anything secret, and nothing that a stranger wrote.
    public let reason: String
    /// Who it was, as far as that is known: an e-mail or a username. At most 254 characters are kept.
    public let subject: String?
    public let origin: Origin

    public init(at step: SignInStep, because reason: String, of subject: String? = nil, from origin: Origin) {
        self.step = step
        self.reason = reason
        self.subject = subject.flatMap { $0.isEmpty ? nil : String($0.prefix(254)) }
        self.origin = origin
    }
}

extension Event {
    /// The action of a sign-in that led to a session.
    static let signedIn = "session.opened"
    /// The action of every refusal.
    static let signInRefused = "sign-in.refused"
}
