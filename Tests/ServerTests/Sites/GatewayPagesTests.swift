import Access
import Directory
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite struct `A gateway in Manager` {
    @Test func `is added with a name and an endpoint, and its code is shown once with what to run`() async throws {
        try await BerlinDesk.open { desk in
            #expect(try await desk.page("/gateways/new").contains(#"name="gateway_name" type="text" value="Berlin""#))

            let answer = try await desk.post(
                "/gateways",
                [("gateway_name", "Berlin-1"), ("endpoint", "berlin.acme.example:51820")]
            )

            let gateway = try #require(try await desk.store.gateways(of: desk.berlin.id).first)
            let code = try #require(answer.text.firstMatch(of: /value="((?:[A-Z0-9]{4}-)+[A-Z0-9]{4})"/)?.1)
            #expect(answer.status == .ok)
            #expect(answer.text.contains("timus-gateway enrol --server \(Acme.publicURL) --code \(code)"))
            #expect(answer.text.contains("timus-gateway run"))
            #expect(answer.headers[.cacheControl]?.contains("no-store") == true)
            #expect(!gateway.isEnrolled)
            for page in ["", "/gateways/\(gateway.id)"] {
                let text = try await desk.page(page)
                #expect(text.contains("Not enrolled") && text.contains("in 1 hour") && !text.contains(code))
            }
            let enrolled = try await desk.store.enrolGateway(code: String(code), publicKey: ConnectOffice.key(9))
            #expect(enrolled.gateway.id == gateway.id)
        }
    }

    @Test(arguments: [
        (name: "", endpoint: "a.example:51820", field: "gateway_name", says: "A gateway needs a name"),
        (name: "BERLIN-1", endpoint: "a.example:51820", field: "gateway_name", says: "Choose another name."),
        (name: "Berlin-2", endpoint: "a.example", field: "endpoint", says: "The endpoint is a host and a port"),
        (name: "Berlin-2", endpoint: "", field: "endpoint", says: "The endpoint is a host and a port"),
    ])
    func `is refused as typed, with the sentence at its field`(
        row: (name: String, endpoint: String, field: String, says: String)
    ) async throws {
        try await BerlinDesk.open { desk in
            _ = try await desk.gateway()

            let answer = try await desk.post(
                "/gateways",
                [("gateway_name", row.name), ("endpoint", row.endpoint)]
            )

            let text = answer.text
            #expect(answer.status == .unprocessableContent)
            #expect(text.contains("Error: Add a gateway") && text.contains(row.says))
            #expect(text.contains(##"href="#field-\##(row.field.replacing("_", with: "-"))""##))
            #expect(text.contains(#"value="\#(row.endpoint)""#))
            #expect(try await desk.store.gateways(of: desk.berlin.id).count == 1)
        }
    }

    @Test func `is renamed`() async throws {
        try await BerlinDesk.open { desk in
            let gateway = try await desk.gateway()

            let answer = try await desk.post("/gateways/\(gateway.id)", [("gateway_name", "Berlin, cellar")])

            #expect(answer.location == "\(desk.path)#gateways")
            #expect(try await desk.page().contains("Berlin, cellar"))
        }
    }

    @Test func `gets a new code, and goes on until that is used`() async throws {
        try await BerlinDesk.open { desk in
            let gateway = try await desk.gateway()

            let answer = try await desk.post("/gateways/\(gateway.id)/code")

            #expect(answer.text.contains("New code") && answer.text.contains("--code "))
            #expect(try await desk.store.gateway(gateway.id)?.publicKey == gateway.publicKey)
            #expect(try await desk.latestEvent()?.action == "gateway.code-renewed")
        }
    }

    @Test func `says until when it lets people in before it is removed`() async throws {
        try await BerlinDesk.open { desk in
            let gateway = try await desk.gateway()
            try await desk.store.setLease(7200, of: desk.berlin.id, by: BerlinDesk.by)

            let question = try await desk.page("/gateways/\(gateway.id)/remove")
            let answer = try await desk.post("/gateways/\(gateway.id)/remove")

            #expect(question.contains("Nobody can connect to Berlin until it has another gateway"))
            #expect(question.contains("until its lease ends, in 2 hours at the latest"))
            #expect(answer.location == "\(desk.path)#gateways")
            #expect(try await desk.store.gateways().isEmpty)
            #expect(try await desk.page().contains("No gateway yet"))
        }
    }

    @Test func `is online, then offline, and behind while it has not confirmed`() async throws {
        try await BerlinDesk.open { desk in
            let (_, code) = try await desk.store.addGateway(
                site: desk.berlin.id,
                name: "Berlin-1",
                endpoint: "a.example:1",
                by: BerlinDesk.by
            )
            let (gateway, _, _) = try await desk.store.enrolGateway(
                code: code.value,
                publicKey: ConnectOffice.key(200)
            )
            _ = try await desk.connection(of: desk.ana, key: 1)
            try await desk.store.acknowledge(0, by: gateway)

            #expect(try await desk.page().contains("Has not confirmed the latest change."))
            try await desk.store.acknowledge(try await desk.revision(), by: gateway)
            #expect(try await desk.page().contains("Up to date."))
            #expect(try await desk.browser.get("/sites").text.contains("1 of 1 online"))
            desk.clock.advance(180)
            #expect(try await desk.page().contains("3 minutes ago"))
            #expect(try await desk.browser.get("/sites").text.contains("0 of 1 online"))
        }
    }

    @Test func `of another site is none`() async throws {
        try await BerlinDesk.open { desk in
            let gateway = try await desk.gateway()
            let lisbon = try await desk.store.addSite(
                name: "Lisbon",
                addressRange: .init("10.30.0.0/16"),
                by: BerlinDesk.by
            )

            #expect(try await desk.browser.get("/sites/\(lisbon.id)/gateways/\(gateway.id)").status == .notFound)
            let csrf = try await desk.browser.csrf(of: "/users")
            for part in ["", "/code", "/remove"] {
                let path = "/sites/\(lisbon.id)/gateways/\(gateway.id)\(part)"
                #expect(try await desk.browser.post(path, [("csrf", csrf)]).status == .notFound)
            }
            #expect(try await desk.store.gateway(gateway.id) == gateway)
        }
    }

    @Test func `is looked at by a viewer, who is offered no change`() async throws {
        try await BerlinDesk.open(as: "vera@acme.example") { desk in
            let gateway = try await desk.gateway()

            let page = try await desk.page("/gateways/\(gateway.id)")

            #expect(page.contains(gateway.publicKey ?? "-"))
            for word in ["New code", "Rename", "Remove gateway"] { #expect(!page.contains(word)) }
            #expect(try await !desk.page().contains("Add a gateway"))
            for part in ["/gateways", "/gateways/\(gateway.id)", "/gateways/\(gateway.id)/code", "/lease"] {
                #expect(try await desk.post(part).status == .forbidden)
            }
        }
    }
}
