import Directory
import SignIn
import Storage
import WebUI

/// What was typed for an administrator, with what is wrong with it.
struct AdministratorForm {
    var email = ""
    var name = ""
    var role: Administrator.Role = .administrator
    var oktaUsername = ""
    var password = ""
    var errors = FormErrors()

    init() {}

    init(_ administrator: Administrator) {
        email = administrator.email
        name = administrator.name ?? ""
        role = administrator.role
    }

    init(_ form: Form) {
        email = form.value("email")
        name = form.value("name")
        // A role that was not sent, or that we do not know, is the one that may do least.
        role = Administrator.Role(rawValue: form.value("role")) ?? .viewer
        oktaUsername = form.value("okta_username")
        password = form.typed("password")
    }

    /// Whether a new administrator could get in; adds what is missing.
    var isComplete: Bool {
        mutating get {
            if email.isEmpty { errors.add("Enter an e-mail address, for example ana@acme.example", field: "email") }
            if password.isEmpty, oktaUsername.isEmpty {
                errors.add(
                    "Enter a password, or the Okta username that this administrator signs in with",
                    field: "password"
                )
            }
            return errors.isEmpty
        }
    }

    /// The user of that Okta username; nil where none was typed. A name that nobody has, or that is not clear, and a
    /// user who is linked to another administrator are errors at the field.
    ///
    /// - Parameter administrator: Who is changed; the user they are linked to stays while that user's name is typed.
    mutating func oktaUser(for administrator: Administrator? = nil, in store: Store) async throws -> User.ID? {
        guard !oktaUsername.isEmpty else { return nil }
        if let linked = administrator?.oktaUser {
            let username = try await store.user(linked)?.login ?? linked.rawValue
            if username.lowercased() == oktaUsername.lowercased() { return linked }
        }
        guard let user = Self.only(try await store.users(email: oktaUsername), named: oktaUsername) else {
            errors.add(
                "Enter the Okta username of one synchronized user, for example ana.silva@acme.example",
                field: "okta_username"
            )
            return nil
        }
        if let other = try await store.administrator(oktaUser: user.id), other.id != administrator?.id {
            errors.add("That user is linked to the administrator \(other.email).", field: "okta_username")
        }
        return user.id
    }

    /// The one of the users who is meant: by username rather than by e-mail, and of several with that username the one
    /// whom Okta still lets in.
    private static func only(_ users: [User], named username: String) -> User? {
        let named = users.filter { $0.login.lowercased() == username.lowercased() }
        let candidates = named.isEmpty ? users : named
        guard candidates.count > 1 else { return candidates.first }
        let current = candidates.filter(\.status.keepsAccess)
        return current.count == 1 ? current.first : nil
    }

    /// Whether the store's refusal is about this form, which then says so at the field.
    mutating func take(_ error: any Error) -> Bool {
        switch error as? StoreError {
        case .alreadyExists(let sentence) where sentence.contains("linked"):
            errors.add(sentence, field: "okta_username")
        case .alreadyExists(let sentence): errors.add(sentence, field: "email")
        case .conflict(let sentence) where sentence.lowercased().contains("password"):
            errors.add(sentence, field: "password")
        case .conflict(let sentence): errors.add(sentence, field: "role")
        default: return false
        }
        return true
    }
}
