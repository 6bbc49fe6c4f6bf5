/// What makes a machine a gateway, once, within an hour: 160 random bits, shown as `ABCD-EFGH-…`.
enum EnrolmentCode {
    static func new() -> Secret {
        Secret(Base32.encode(Token.randomBytes(20)).inFours(separator: "-"))
    }

    /// What is kept of a code: its SHA-256.
    static func digest(_ code: String) -> String {
        Token.digest(code.typedCode)
    }
}
