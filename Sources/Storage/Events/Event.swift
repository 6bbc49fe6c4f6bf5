public import struct Foundation.Date

/// One line of the audit trail: who did what to whom, and what was there before.
///
/// The events of an organisation are a chain: each holds the hash of the one before it, so that an event changed or
/// removed later shows (``Store/verifyEvents(holding:)``).
public struct Event: Identifiable, Hashable, Sendable, Codable {
    /// Counts up by one from 1 in each organisation, without gaps.
    public let id: Int64
    public let at: Date
    /// Who, as ``Actor/description`` gave it at the time.
    public let actor: String
    /// A noun and what happened to it, such as `site.added`.
    public let action: String
    /// Whom or what it concerns, in words: a site's name, a user's e-mail.
    public let subject: String
    /// What was there before; nil where nothing was.
    public let old: String?
    /// What is there since; nil where nothing is.
    public let new: String?
    /// The IP address of the client; nil where none is known.
    public let address: String?
    /// What the client calls itself; nil where it did not say.
    public let device: String?
    /// Where a sign-in was decided, as ``SignInStep`` names it; nil for other events.
    public let step: String?
    /// Why a sign-in was refused, in words; nil for other events.
    public let reason: String?
    /// SHA-256, in hexadecimal, over the hash of the event before it and the fields of this one.
    public let hash: String
}
