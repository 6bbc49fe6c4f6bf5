import Directory

extension Identifier {
    /// A new id of ours: 128 random bits as 32 hexadecimal digits.
    static func random() -> Self {
        Self(Token.randomBytes(16).hexadecimal)
    }
}
