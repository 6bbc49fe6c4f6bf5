import Testing

@testable import OIDC

@Suite struct `The answer of the sign-in page` {
    @Test(arguments: [
        "state=s&code=c", "code=c&state=s&iss=https%3A%2F%2Facme.okta.com", "state=s&code=c&other=1&other=2",
    ])
    func `is a code`(query: String) throws {
        let response = try AuthorizationResponse(query: query)

        #expect(response.state == "s")
        #expect(try response.result.get() == "c")
    }

    @Test(
        arguments: [
            "", "code=c", "state=s", "state=s&code=a&code=b", "state=s&state=t&code=c", "state=s&code=c&error=e",
            "state=&code=c", "state=s&code=", "state=s&code=%00", "state=s&code=%0D%0A", "state=s&code=%C0%AF",
            "state=s&code=%ff", "state=s&code=c&iss=a&iss=a", "state=s&code[]=c",
            "state=s&code=c&code[]=d", "state=s&code=c&state[x]=t", "state=s&error=", "state=s&error=%00",
            "state=s&error=e&error_description=%0D%0Aa", "state=s&code=c&iss=a%00", "state=s&code=%f",
            "state=s&code=" + String(repeating: "x", count: 4096),
        ]
    )
    func `is refused when it is no plain answer`(query: String) {
        #expect(throws: OIDCError.self) { try AuthorizationResponse(query: query) }
    }

    @Test(
        arguments: [
            ("access_denied", "User is not assigned to the client application.", OIDCError.notAssigned),
            (
                "access_denied",
                "Policy evaluation failed for this request, please check the policy configurations.", .policyDenied
            ),
            ("access_denied", "", .accessDenied),
            (
                "login_required", "The client specified not to prompt, but the user is not logged in.",
                .signInInterrupted
            ),
            (
                "invalid_request", "The 'redirect_uri' parameter must be a Login redirect URI.",
                .redirectURINotRegistered
            ),
            ("invalid_client", "", .clientIDRejected),
            ("unauthorized_client", "", .grantNotAllowed),
            ("invalid_scope", "Bad scope", .refused(code: "invalid_scope")),
            ("<script>alert(1)</script>", "<b>", .refused(code: "other")),
        ]
    )
    func `says in plain words why Okta refused`(code: String, words: String, error: OIDCError) throws {
        let response = try AuthorizationResponse(
            query: "state=s&error=\(encode(code))&error_description=\(encode(words))"
        )

        #expect(throws: error) { try response.result.get() }
        #expect(error.errorDescription?.contains("<") == false)
        #expect(error.recoverySuggestion?.hasSuffix(".") == true)
    }

    @Test func `of somebody who is not assigned says whom to ask`() {
        #expect(OIDCError.notAssigned.errorDescription == "You are not assigned to this app in Okta.")
        #expect(
            OIDCError.notAssigned.recoverySuggestion
                == "Ask your administrator to assign you to the app in Okta, then try again."
        )
    }

    private func encode(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
