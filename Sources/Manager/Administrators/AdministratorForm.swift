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

    /// The user of that Okta username; nil where none was typed. A name that nobody has is an error at the field.
    mutating func oktaUser(in store: Store) async throws -> User.ID? {
        guard !oktaUsername.isEmpty else { return nil }
        let found = try await store.users(email: oktaUsername)
        let user =
            found.first { $0.login.lowercased() == oktaUsername.lowercased() } ?? (found.count == 1 ? found.first : nil)
        if user == nil {
            errors.add(
                "Enter the Okta username of a synchronized user, for example ana.silva@acme.example",
                field: "okta_username"
            )
        }
        return user?.id
    }

    /// Whether the store's refusal is about this form, which then says so at the field.
    mutating func take(_ error: any Error) -> Bool {
        switch error as? StoreError {
        case .alreadyExists(let sentence): errors.add(sentence, field: "email")
        case .conflict(let sentence) where sentence.lowercased().contains("password"):
            errors.add(sentence, field: "password")
        case .conflict(let sentence): errors.add(sentence, field: "role")
        default: return false
        }
        return true
    }
}
