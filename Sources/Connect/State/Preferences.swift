/// What is remembered when nobody is signed in: where to sign in, and as whom last time.
struct Preferences: Codable, Equatable, Sendable {
    static let file = "preferences.json"

    var server: ServerAddress?
    var email: String?
}
