/// What a password of an administrator has to be: long enough. Which characters it has is nobody's business (NIST SP
/// 800-63B §5.1.1.2).
public enum PasswordRule {
    /// How many characters a password may have. The upper end keeps the work of one attempt bounded.
    public static let length = 12...128

    /// What to tell a person who chose this password; nil where it will do.
    public static func problem(with password: String) -> String? {
        if password.count < length.lowerBound {
            return "The password has \(password.count) characters; it needs at least \(length.lowerBound)."
        }
        if password.count > length.upperBound {
            return "The password has \(password.count) characters; it may have at most \(length.upperBound)."
        }
        if Set(password).count < 4 {
            return "The password repeats the same few characters; it needs at least four different ones."
        }
        return nil
    }
}
