import Foundation

/// A token in the compact form (RFC 7515 §7.1) whose signature has been verified. Nothing of its claims has.
struct SignedToken {
    let claims: TokenClaims
    /// The JSON of ``claims``, as it was signed.
    let claimBytes: Data

    /// - Parameters:
    ///   - type: what the header has to say that it is.
    ///   - key: finds the key that a header names.
    init(
        verifying text: String,
        type: TokenType,
        checks: Checks,
        key: (TokenHeader) async throws(OIDCError) -> VerificationKey
    ) async throws(OIDCError) {
        let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        try checks.require(.size, text.utf8.count <= 16 << 10 && parts[0].utf8.count <= 2048)
        let decoded = parts.prefix(3).map(Base64URL.decode)
        try checks.require(.form, parts.count == 3 && decoded.allSatisfy { $0?.isEmpty == false })
        guard decoded.count == 3, let headerBytes = decoded[0], let claimBytes = decoded[1], let signature = decoded[2]
        else { throw .tokenRefused(.form) }

        let header = TokenHeader(Data(headerBytes))
        try checks.require(.header, header != nil && StrictJSON.isObject(Data(headerBytes)))
        guard let header else { throw .tokenRefused(.header) }
        try checks.require(.type, type.isNamed(header.type))
        try checks.require(.algorithm, header.algorithm != nil)
        try checks.require(.criticalHeader, !header.isCritical)

        let named = checks.isInsecurelySkipped(.key) ? header.namingNoKey : header
        let verificationKey = try await checks.require(
            .key,
            Result.of { () async throws(OIDCError) in try await key(named) }
        )
        try checks.require(.keyAlgorithm, header.algorithm.map { $0 == verificationKey.algorithm })
        try checks.require(.signature, verificationKey.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8)))

        let claims = TokenClaims(Data(claimBytes))
        try checks.require(.claims, claims != nil && StrictJSON.isObject(Data(claimBytes)))
        guard let claims else { throw .tokenRefused(.claims) }
        self.claims = claims
        self.claimBytes = Data(claimBytes)
    }
}

/// What a token says that it is, so that none is taken for one of another kind (RFC 8725 §3.11).
enum TokenType {
    /// Says `JWT`, or nothing.
    case idToken
    /// Has to say `global-token-revocation+jwt`.
    case revocation

    /// - Parameter typ: of the header; nil where it has none.
    /// - Returns: nil where nothing is said, and nothing has to be.
    func isNamed(_ typ: String?) -> Bool? {
        switch self {
        case .idToken: typ.map { $0.uppercased() == "JWT" }
        case .revocation: typ?.lowercased() == "global-token-revocation+jwt"
        }
    }
}
