import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite struct `The networks of a signed-in user` {
    @Test func `come with the reason, and say whether they have a gateway`() async throws {
        try await ConnectOffice.open { office in
            let ana = try await office.get("/connect/v1/networks", as: office.token(of: ConnectOffice.ana))
            let ben = try await office.get("/connect/v1/networks", as: office.token(of: ConnectOffice.ben))

            #expect(
                ana.text
                    == """
                    {"networks":[{"address_range":"10.20.0.0/16","has_gateway":true,"id":"\(office.berlin.id)",\
                    "name":"Berlin","reason":"Allowed through Engineering."}],"notice":null,\
                    "organisation":"acme.okta.com"}
                    """
            )
            #expect(ben.text.contains(#""has_gateway":false"#))
            #expect(ben.text.contains("Lisbon"))
            #expect(!ben.text.contains("Berlin"))
        }
    }

    @Test func `are none, and say why, where remote access is off`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            try await office.store.setRemoteAccess(false, by: .commandLine("test"))

            let answer = try await office.get("/connect/v1/networks", as: token)

            #expect(answer.status == .ok)
            #expect(answer.json("notice") == "Remote access is off for the team Okta Users.")
            #expect(!answer.text.contains("Berlin"))
        }
    }

    @Test func `are none where the groups have no site`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            try await office.store.setGrants([], by: .commandLine("test"))

            let answer = try await office.get("/connect/v1/networks", as: token)

            #expect(answer.json("notice") == "None of your groups has a site.")
        }
    }
}

@Suite struct `Connect's API` {
    static let requests: [(method: HTTPRequest.Method, path: String)] = [
        (.get, "/connect/v1/networks"), (.get, "/connect/v1/status"), (.post, "/connect/v1/devices"),
        (.post, "/connect/v1/connections"), (.delete, "/connect/v1/connections/some"),
    ]

    @Test(arguments: requests)
    func `answers nobody who is not signed in`(request: (method: HTTPRequest.Method, path: String)) async throws {
        try await ConnectOffice.open { office in
            let by = Actor.commandLine("test")
            let rosa = try await office.store.addAdministrator(
                email: "rosa@acme.example",
                name: nil,
                role: .owner,
                password: nil,
                by: by
            )
            let ended = try await office.store.openSession(
                .user(ConnectOffice.ana),
                kind: .connect,
                userAgent: nil,
                address: nil
            )
            try await office.store.endSession(ended.session.id, because: "Signed out.", by: by)
            let page = try await office.store.openSession(
                .user(ConnectOffice.ana),
                kind: .account,
                userAgent: nil,
                address: nil
            )
            let manager = try await office.store.openSession(
                .administrator(rosa.id),
                kind: .manager,
                userAgent: nil,
                address: nil
            )
            let good = try await office.token(of: ConnectOffice.ben)

            let refused: [String?] = [
                nil, "", "Bearer", "Bearer ", "Basic \(good)", good, "Bearer \(good)x", "Bearer \(good.dropLast())",
                "Bearer \(String(repeating: "A", count: 43))", "Bearer \(ended.token.value)",
                "Bearer \(page.token.value)", "Bearer \(manager.token.value)", "Bearer \(office.berlinGateway.token)",
            ]
            for header in refused {
                let answer = try await office.client.execute(
                    uri: request.path,
                    method: request.method,
                    headers: header.map { [.authorization: $0] } ?? [:]
                )
                #expect(answer.status == .unauthorized, "\(header ?? "no header")")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                #expect(answer.headers[.contentType] == "application/problem+json")
                #expect(answer.json("title") == "Timus Connect is not signed in.")
            }
        }
    }

    @Test func `ends with the sign-in`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let before = try await office.get("/connect/v1/status", as: token)
            office.clock.advance(91 * 24 * 3600)

            #expect(before.status == .ok)
            #expect(try await office.get("/connect/v1/status", as: token).status == .unauthorized)
        }
    }

    @Test func `shows who is signed in and what is open`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            _ = try await office.connect(device, to: office.berlin.id, as: token)
            let other = try await office.token(of: ConnectOffice.ben)

            let ana = try await office.get("/connect/v1/status", as: token)
            let ben = try await office.get("/connect/v1/status", as: other)

            #expect(ana.json("name") == "ana.silva")
            #expect(ana.json("email") == "ana.silva@acme.example")
            #expect(ana.json("session_expires_at") == "2027-04-15T08:00:00Z")
            #expect(ana.text.contains(#""network":"Berlin""#))
            #expect(ana.text.contains(device))
            #expect(ben.text.contains(#""connections":[]"#))
        }
    }
}
