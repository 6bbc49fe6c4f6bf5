import Foundation

/// A sign-in whose password was right and whose code is awaited. There is no session yet.
enum PendingSignIn {
    /// Seconds for which the code is awaited.
    static let lifetime = 300
    /// Codes that may be tried before the password is asked for again.
    static let tries = 5
}

/// What became of a code.
public enum SecondFactorAnswer: Sendable {
    /// The sign-in is complete; `redirectAfter` is what it began with.
    case entered(Administrator, redirectAfter: String)
    case wrong(triesLeft: Int)
    /// The sign-in took too long, was used, or had its tries: it begins again with the password.
    case over
}
