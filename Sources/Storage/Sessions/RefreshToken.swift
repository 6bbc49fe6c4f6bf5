/// What renews Connect's access token (RFC 6749 §6), once: each renewal gives the next one.
///
/// A token is two secrets of 256 bits, written one after the other. The first is the family's and stays; the second is
/// new each time. So one row tells every token that the session ever had from one that was made up: who shows the
/// family's secret held a token of it, and any second secret but the current one was superseded.
///
/// A superseded token ends the session, because two parties hold what one was given. One exception keeps an honest
/// program whose answer was lost, as when its machine fell asleep: while nobody has used the new access token, the token
/// just before the current one renews again, and the pair that nobody used is void. Detection is kept. Where a thief
/// and the owner hold the same token, whichever renews second either finds the first one's pair in use, which ends the
/// session, or voids it; the other then holds a void access token and can only show its refresh token, which is superseded.
struct RefreshToken: Sendable {
    /// How long a family's secret is, and what follows it.
    private static let half = 43

    let text: Secret

    /// The first of a family.
    static func new() -> RefreshToken {
        RefreshToken(text: Secret(Token.new().value + Token.new().value))
    }

    private init(text: Secret) {
        self.text = text
    }

    /// nil for a text that no token of ours has.
    init?(_ shown: String) {
        guard shown.utf8.count == 2 * Self.half, shown.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        text = Secret(shown)
    }

    /// Another of the same family.
    func next() -> RefreshToken {
        RefreshToken(text: Secret(family + Token.new().value))
    }

    var hash: String { Token.digest(text.value) }
    var familyHash: String { Token.digest(family) }

    private var family: String { String(text.value.prefix(Self.half)) }
}
