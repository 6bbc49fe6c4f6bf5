import HTTPTypes
import HummingbirdTesting
import NIOCore
import OktaSimulator
import Storage
import Testing

@Suite struct `A HEAD request` {
    @Test(arguments: ["/sign-in/okta", "/user/external", "/oauth/authorize", "/oauth/consent"])
    func `is refused where GET begins or ends something`(path: String) async throws {
        try await Acme.open { acme in
            let issuer = Browser.encoded(acme.org.origin)

            let answer = try await acme.client.execute(uri: "\(path)?iss=\(issuer)&state=x&code=y", method: .head)

            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.allow]?.contains("HEAD") == false)
            #expect(answer.headers[.setCookie] == nil)
            #expect(answer.body.readableBytes == 0)
            #expect(try await acme.store.events(EventQuery()).allSatisfy { $0.action != "sign-in.refused" })
        }
    }

    @Test func `for nothing has no body either, which would be taken for the next answer`() async throws {
        try await Acme.open { acme in
            let answer = try await acme.client.execute(uri: "/nothing", method: .head)

            #expect(answer.status == .notFound)
            #expect(answer.headers[.contentLength].flatMap { Int($0) } ?? 0 > 0)
            #expect(answer.body.readableBytes == 0)
        }
    }
}
