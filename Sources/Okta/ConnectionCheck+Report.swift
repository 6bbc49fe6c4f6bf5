public import Foundation

extension ConnectionCheck {
    /// The four fields of the Okta Integration window.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case domain
        case clientID
        case clientSecret
        case apiToken
    }

    /// What is checked, in this order.
    public enum Name: String, Hashable, Sendable, CaseIterable {
        case reached = "Reached Okta"
        case issuer = "Issuer"
        case credentials = "Client ID and secret accepted"
        case token = "Token accepted"
        case mayReadGroups = "May read groups"
        case mayReadUsers = "May read users"
        case foundGroups = "Found groups"
    }

    /// A failed check: what happened, what to do, and at which field to say so.
    public struct Failure: LocalizedError, Hashable, Sendable {
        public let sentence: String
        public let remedy: String
        public let field: Field

        public init(sentence: String, remedy: String, field: Field) {
            self.sentence = sentence
            self.remedy = remedy
            self.field = field
        }

        /// Takes sentence and remedy from an error of ours.
        public init(_ error: some LocalizedError, field: Field) {
            self.init(
                sentence: error.errorDescription ?? "The check failed.",
                remedy: error.recoverySuggestion ?? "Try again.",
                field: field
            )
        }

        public var errorDescription: String? { sentence }
        public var recoverySuggestion: String? { remedy }
    }

    public enum Outcome: Hashable, Sendable {
        /// With what was found, such as `acme.okta.com`; empty where there is nothing to add.
        case passed(detail: String)
        case failed(Failure)
        /// An earlier failure made it meaningless.
        case notRun
    }

    /// One check and how it ended.
    public struct Check: Hashable, Sendable {
        public let name: Name
        public let outcome: Outcome
        /// What the page prints: the name, and for the last one the number (`Found 12 groups`).
        public let title: String

        public var hasPassed: Bool {
            if case .passed = outcome { true } else { false }
        }

        public init(name: Name, outcome: Outcome, title: String? = nil) {
            self.name = name
            self.outcome = outcome
            self.title = title ?? name.rawValue
        }
    }

    /// All checks in order, and what they found.
    public struct Report: Sendable {
        /// Always one for each ``Name``, in order.
        public internal(set) var checks: [Check] = []
        /// The domain as it will be used; nil when what was typed is none.
        public internal(set) var domain: OktaDomain?
        /// The catalogue with member counts, so that Preferences has groups to show at once.
        public internal(set) var groups: [OktaGroup] = []

        public var passed: Bool {
            !checks.isEmpty && failures.isEmpty && !checks.contains { $0.outcome == .notRun }
        }

        public func check(_ name: Name) -> Check? {
            checks.first { $0.name == name }
        }

        mutating func add(_ name: Name, _ outcome: Outcome, title: String? = nil) {
            checks.append(Check(name: name, outcome: outcome, title: title))
        }

        /// Puts in what was not run, and all in order.
        mutating func addMissing() {
            checks = Name.allCases.map { check($0) ?? Check(name: $0, outcome: .notRun) }
        }

        public var failures: [Failure] {
            checks.compactMap { check in
                if case .failed(let failure) = check.outcome { failure } else { nil }
            }
        }
    }
}
