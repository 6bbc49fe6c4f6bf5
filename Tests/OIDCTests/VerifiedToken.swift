import Foundation

@testable import OIDC

extension String {
    /// This token, verified as the relying party does it.
    ///
    /// - Parameters:
    ///   - keys: the members of the key set, separated by commas.
    ///   - skipped: checks that are left out.
    func verified(
        keys: String,
        issuer: String = "https://acme.okta.com",
        accessToken: String? = "access",
        insecureSkipping skipped: Set<Check> = []
    ) async throws -> IDToken {
        let set = await VerificationKeys.read(Data("{\"keys\":[\(keys)]}".utf8)) ?? .none
        let expectation = IDToken.Expectation(
            issuer: issuer,
            clientID: "0oa1",
            nonce: ClaimsText.nonce,
            accessToken: accessToken,
            now: ClaimsText.now
        )
        let checks = Checks(insecureSkipping: skipped)
        return try await IDToken(verifying: self, against: expectation, checks: checks) { (header) throws(OIDCError) in
            guard let key = set.key(for: header) else { throw .tokenRefused(.key) }
            return key
        }
    }
}
