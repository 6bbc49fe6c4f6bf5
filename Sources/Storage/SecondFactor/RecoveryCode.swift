/// What stands in for a lost authenticator app, once: 80 random bits, shown as `ABCD-EFGH-IJKL-MNOP`.
enum RecoveryCode {
    /// How many an administrator gets.
    static let count = 10
    /// Characters, without what separates them.
    static let length = 16

    static func new() -> Secret {
        Secret(Base32.encode(Token.randomBytes(10)).inFours(separator: "-"))
    }

    /// What is kept of a code: its SHA-256. It has too many bits to be guessed from that, so no salt is needed.
    static func digest(_ code: Secret) -> String {
        Token.digest(code.value.typedCode)
    }
}

extension String {
    /// A code as it is compared: without the spaces and hyphens that people put into it, in capital letters.
    var typedCode: String {
        uppercased().filter { !$0.isWhitespace && $0 != "-" }
    }
}
