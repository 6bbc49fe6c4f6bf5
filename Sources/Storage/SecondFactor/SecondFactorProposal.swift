/// A second factor that is being set up: what goes into the authenticator app. It counts once a code has proven that it
/// is there.
public struct SecondFactorProposal: Sendable {
    /// Seconds for which it waits for that code.
    static let lifetime = 30 * 60

    /// In base 32, to be typed; shown in groups of four.
    public let secret: Secret
    /// `otpauth://totp/…`, which apps take by link or picture.
    public let address: Secret

    init(_ totp: TOTP, email: String) {
        let base32 = Base32.encode(totp.secret)
        let unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
        let label = email.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            return unreserved.contains(character) ? String(character) : "%" + [byte].hexadecimal.uppercased()
        }
        secret = Secret(base32.inFours(separator: " "))
        address = Secret(
            "otpauth://totp/Timus:\(label.joined())?secret=\(base32)&issuer=Timus&algorithm=SHA1"
                + "&digits=\(TOTP.digits)&period=\(TOTP.period)"
        )
    }
}
