import Foundation
import OIDC
import Synchronization

/// What a sign-in that succeeded brought.
struct SignInFindings: Sendable {
    let claims: [String: ClaimValue]
    /// nil where the provider has no UserInfo.
    let userInfo: [String: ClaimValue]?
}

/// What became of each check so far.
final class CheckResults: Sendable {
    private let outcomes = Mutex<[Check: Check.Outcome]>([:])
    private let verified = Mutex<[String: ClaimValue]?>(nil)

    var add: @Sendable (Check, Check.Outcome) -> Void {
        { check, outcome in self.outcomes.withLock { $0[check] = outcome } }
    }

    /// A check that is made here and not by the relying party.
    func check<Value>(_ check: Check, _ work: () throws(OIDCError) -> Value) throws(OIDCError) -> Value {
        do {
            let value = try work()
            add(check, .passed)
            return value
        } catch {
            add(check, .failed)
            throw error
        }
    }

    func keep(claims: [String: ClaimValue]) { verified.withLock { $0 = claims } }

    /// The claims of an ID token whose every check has passed, whatever came after.
    var claims: [String: ClaimValue]? { verified.withLock { $0 } }

    /// nil where it was not made.
    subscript(check: Check) -> Check.Outcome? { outcomes.withLock { $0[check] } }
}

/// A sign-in as `timus verify-oidc` prints it.
struct SignInReport: Encodable {
    let issuer: String
    let clientId: String
    let redirectUri: String
    let passed: Bool
    let checks: [Line]
    @OrNull var problem: Problem?
    @OrNull var claims: [String: ClaimValue]?
    @OrNull var userInfo: [String: ClaimValue]?

    /// One check.
    struct Line: Encodable {
        let step: String
        let name: String
        /// `passed`, `failed`, `not_applicable` or `not_made`.
        let outcome: String
        let sentence: String
        let specification: String
    }

    struct Problem: Encodable {
        let sentence: String
        @OrNull var remedy: String?
        /// For whoever runs the provider; null where the sentence says it all.
        @OrNull var cause: String?
    }

    init(
        issuer: String,
        clientId: String,
        redirectUri: String,
        outcome: Result<SignInFindings, any Error>,
        results: CheckResults
    ) {
        self.issuer = issuer
        self.clientId = clientId
        self.redirectUri = redirectUri
        checks = Check.allCases.map { check in
            Line(
                step: check.step.rawValue.snakeCase,
                name: check.rawValue.snakeCase,
                outcome: results[check].name,
                sentence: check.sentence,
                specification: check.specification
            )
        }
        claims = results.claims
        switch outcome {
        case .success(let findings):
            passed = true
            problem = nil
            userInfo = findings.userInfo
        case .failure(let error):
            passed = false
            let sentences = error as? any LocalizedError
            problem = Problem(
                sentence: sentences?.errorDescription ?? "The sign-in could not be tried.",
                remedy: sentences?.recoverySuggestion,
                cause: (error as? OIDCError)?.cause
            )
            userInfo = nil
        }
    }

    /// As people read it: each check behind its mark, then the claims.
    var lines: [String] {
        var lines: [String] = []
        for step in Check.Step.allCases {
            lines.append(step.title)
            for check in checks where check.step == step.rawValue.snakeCase {
                lines.append("  \(check.mark) \(check.sentence) [\(check.specification)]")
                if check.outcome == "failed", let cause = problem?.cause { lines.append("      \(cause.printable)") }
            }
        }
        if let claims { lines += Self.lines(claims, under: "Claims of the ID token") }
        if let userInfo { lines += Self.lines(userInfo, under: "Claims of UserInfo") }
        return lines
    }

    private static func lines(_ claims: [String: ClaimValue], under title: String) -> [String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [title]
            + claims.sorted { $0.key < $1.key }.map { name, value in
                let text = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
                return "  \(name.printable): \(text.printable)"
            }
    }
}

extension SignInReport.Line {
    fileprivate var mark: String {
        switch outcome {
        case "passed": "✓"
        case "failed": "✗"
        case "not_applicable": "–"
        default: "·"
        }
    }
}

extension Check.Outcome? {
    fileprivate var name: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .notApplicable: "not_applicable"
        case nil: "not_made"
        }
    }
}

extension Check.Step {
    fileprivate var title: String {
        switch self {
        case .discovery: "Discovery"
        case .authorizationResponse: "Authorization response"
        case .tokenResponse: "Token response"
        case .idToken: "ID token"
        case .userInfo: "UserInfo"
        }
    }
}

extension String {
    /// `idToken` as `id_token`.
    fileprivate var snakeCase: String {
        reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    /// Without what could steer a terminal or turn the text around.
    fileprivate var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{fffd}"
                    default: scalar
                    }
                }
            )
        )
    }
}
