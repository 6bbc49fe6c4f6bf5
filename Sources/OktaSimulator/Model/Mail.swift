public import Foundation

extension Org {
    /// An e-mail that the org sent; the simulator keeps it in a mailbox instead.
    public struct Mail: Identifiable, Sendable {
        public let id: Int
        public let at: Date
        public let to: String
        public let subject: String
        public let text: String
        /// The button in the mail: where the reader goes on.
        public let link: String?
    }

    /// A link in a mail that lets its holder set a password, once.
    public struct PasswordLink: Sendable {
        public enum Purpose: Sendable {
            /// Path `/welcome/TOKEN`.
            case activation
            /// Path `/reset_password/TOKEN`.
            case recovery
        }

        public let token: String
        public let person: Person.ID
        public let purpose: Purpose
        public let expires: Date

        public var path: String {
            switch purpose {
            case .activation: "/welcome/\(token)"
            case .recovery: "/reset_password/\(token)"
            }
        }
    }
}
