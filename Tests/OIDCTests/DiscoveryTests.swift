import Foundation
import OIDC
import Testing

@Suite struct `Finding a provider` {
    private static let path = "/.well-known/openid-configuration"

    @Test func `reads its document once an hour`() async throws {
        try await OddProvider.run { provider, party in
            for _ in 0..<3 { _ = try await party.authorizationRequest() }
            #expect(provider.asked(Self.path).count == 1)

            provider.advance(3601)
            _ = try await party.authorizationRequest()
            #expect(provider.asked(Self.path).count == 2)
        }
    }

    @Test func `asks once for many who come at the same time`() async throws {
        try await OddProvider.run { provider, party in
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { _ = try await party.authorizationRequest() } }
                try await group.waitForAll()
            }
            #expect(provider.asked(Self.path).count == 1)
        }
    }

    @Test(
        arguments: [
            ("code_challenge_methods_supported", nil, OIDCError.metadataRefused(.noS256)),
            ("code_challenge_methods_supported", "[\"plain\"]", .metadataRefused(.noS256)),
            ("id_token_signing_alg_values_supported", "[\"HS256\"]", .metadataRefused(.noUsableAlgorithm)),
            ("token_endpoint", "\"https://evil.example/token\"", .metadataRefused(.endpointElsewhere)),
            ("authorization_endpoint", "\"javascript:alert(1)\"", .metadataRefused(.endpointElsewhere)),
            ("jwks_uri", "\"http://169.254.169.254/keys\"", .metadataRefused(.endpointElsewhere)),
            ("jwks_uri", "\"//evil.example/keys\"", .metadataRefused(.endpointElsewhere)),
            ("userinfo_endpoint", "\"https://evil.example/\"", .metadataRefused(.endpointElsewhere)),
            ("end_session_endpoint", "\"https://evil.example/\"", .metadataRefused(.endpointElsewhere)),
            ("token_endpoint", nil, .notProvider(host: "127.0.0.1", cause: "no discovery document")),
            ("issuer", nil, .notProvider(host: "127.0.0.1", cause: "no discovery document")),
            ("issuer", "7", .notProvider(host: "127.0.0.1", cause: "no discovery document")),
        ] as [(String, String?, OIDCError)]
    )
    func `refuses a document with one flaw`(field: String, value: String?, error: OIDCError) async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.metadata[field] = .some(value) }

            await #expect(throws: error) { try await party.authorizationRequest() }
        }
    }

    @Test(
        arguments: [
            ("issuer", #""x","issuer":"y""#), ("token_endpoint", #""x","token_endpoint":"y""#),
            ("x", #"{"a":1,"\u0061":2}"#), ("x", "[1,]"), ("x", "\"\u{1}\""),
        ]
    )
    func `refuses a document that two readers could read in two ways`(field: String, value: String) async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.metadata[field] = value }

            await #expect(throws: OIDCError.notProvider(host: "127.0.0.1", cause: "no discovery document")) {
                try await party.authorizationRequest()
            }
        }
    }

    @Test(arguments: ["/", "/oauth2/default", "#"])
    func `refuses another issuer, to the byte`(ending: String) async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.metadata["issuer"] = "\"\(party.issuer)\(ending)\"" }

            await #expect(throws: OIDCError.issuerMismatch(expected: party.issuer, came: party.issuer + ending)) {
                try await party.authorizationRequest()
            }
        }
    }

    @Test func `follows no redirect`() async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.redirects = Self.path }

            await #expect(throws: OIDCError.self) { try await party.authorizationRequest() }
            #expect(provider.asked("/elsewhere").isEmpty)
        }
    }

    @Test func `goes on with what it knows while the provider is down`() async throws {
        try await OddProvider.run { provider, party in
            _ = try await party.authorizationRequest()
            provider.behave { $0.metadataStatus = 503 }
            provider.advance(3601)
            _ = try await party.authorizationRequest()

            provider.advance(86_400)
            await #expect(throws: OIDCError.providerUnavailable(host: "127.0.0.1", status: 503)) {
                try await party.authorizationRequest()
            }
        }
    }

    @Test func `does not read a document without an end`() async throws {
        try await OddProvider.run { provider, party in
            provider.behave { $0.metadata["x"] = "\"\(String(repeating: "x", count: 70_000))\"" }

            await #expect(throws: OIDCError.notProvider(host: "127.0.0.1", cause: "the answer is too large")) {
                try await party.authorizationRequest()
            }
        }
    }
}
