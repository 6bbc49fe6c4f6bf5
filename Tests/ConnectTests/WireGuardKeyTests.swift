import Testing

@testable import Connect

@Suite struct `A WireGuard key` {
    /// RFC 7748 §6.1: Alice's private key and its public half.
    @Test func `has the public half that RFC 7748 gives`() throws {
        let key = try #require(WireGuardKey(base64: "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="))

        #expect(key.publicKey?.base64 == "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=")
    }

    @Test func `is another one each time`() {
        #expect(WireGuardKey() != WireGuardKey())
    }

    @Test func `does not print itself`() {
        let key = WireGuardKey()

        #expect(!"\(key) \(String(describing: key))".contains(key.base64))
    }
}
