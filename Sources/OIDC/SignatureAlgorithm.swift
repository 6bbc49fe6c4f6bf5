/// The signatures that an ID token may carry; everything else is refused before any key is looked at.
enum SignatureAlgorithm: String, Sendable {
    case rs256 = "RS256"
    case es256 = "ES256"
}
