import Foundation

extension Org {
    /// How an app is told to sign somebody out (Global Token Revocation): what stands in the section Logout of its tab
    /// Authentication.
    public struct UniversalLogout: Hashable, Sendable {
        /// How the app is told who is meant (RFC 9493).
        public enum SubjectFormat: String, CaseIterable, Sendable {
            case issuerAndSubject = "iss_sub"
            case email

            var label: String {
                switch self {
                case .issuerAndSubject: "Issuer and Subject Identifier"
                case .email: "Email Identifier"
                }
            }
        }

        public var endpoint: String
        public var subjectFormat: SubjectFormat

        public init(endpoint: String, subjectFormat: SubjectFormat = .issuerAndSubject) {
            self.endpoint = endpoint
            self.subjectFormat = subjectFormat
        }

        func check() throws(OktaFailure) {
            guard let url = URL(string: endpoint), let host = url.host(), url.fragment() == nil,
                url.scheme == "https" || url.scheme == "http" && ["127.0.0.1", "localhost"].contains(host)
            else { throw .validation("endpoint", "endpoint: '\(endpoint)' must be an https address") }
        }
    }

    /// - Parameter logout: nil for an app that is not told.
    public func setUniversalLogout(_ logout: UniversalLogout?, of id: AppIntegration.ID) throws(OktaFailure) {
        try logout?.check()
        try changeApp(id) { $0.universalLogout = logout }
    }

    /// The apps that are told, in the order of making.
    func appsToTell(of person: Person.ID) -> [AppIntegration] {
        apps(of: person).filter { $0.isActive && $0.universalLogout != nil }
    }
}
