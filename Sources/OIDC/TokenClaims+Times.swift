import Foundation

extension TokenClaims {
    /// Checks that the token has begun, has not ended, and was made within the last ten minutes.
    ///
    /// - Returns: nil for a time that is not there, which only a skipped check lets pass.
    func checkTimes(at time: Date, _ checks: Checks) throws(OIDCError) -> (issuedAt: Date?, expiresAt: Date?) {
        let now = time.timeIntervalSince1970
        let skew = IDToken.Expectation.skew
        let expiresAt = self.time(.exp)
        try checks.require(.expiry, expiresAt.map { $0 > now - skew } ?? false)
        let issuedAt = self.time(.iat)
        try checks.require(
            .issuedAt,
            issuedAt.map { (now - IDToken.Expectation.age...now + skew).contains($0) } ?? false
        )
        try checks.require(.notBefore, has(.nbf) ? self.time(.nbf).map { $0 <= now + skew } ?? false : nil)
        return (issuedAt.map(Date.init(timeIntervalSince1970:)), expiresAt.map(Date.init(timeIntervalSince1970:)))
    }
}
