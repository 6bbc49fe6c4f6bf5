import Access
import Directory
import Foundation
import GatewayAPI
import HTTPTypes
import HummingbirdTesting
import SignIn
import Storage
import Synchronization
import Testing

@testable import GatewayServer

@Suite struct `A machine becomes a gateway` {
    private static let by = Actor.commandLine("test")

    private static func enrol(_ office: ConnectOffice, _ code: String, key: String) async throws -> TestResponse {
        try await office.post(GatewayPath.enrolment, ["code": code, "public_key": key], as: nil)
    }

    private static func added(_ office: ConnectOffice) async throws -> (gateway: Gateway, code: String) {
        let (gateway, code) = try await office.store.addGateway(
            site: office.lisbon.id,
            name: "lisbon-1",
            endpoint: "[2001:db8::1]:51820",
            by: by
        )
        return (gateway, code.value)
    }

    @Test func `by its code, once`() async throws {
        try await ConnectOffice.open { office in
            let (gateway, code) = try await Self.added(office)

            let answer = try await Self.enrol(office, code, key: ConnectOffice.key(2))
            let again = try await Self.enrol(office, code, key: ConnectOffice.key(3))

            #expect(answer.status == .created)
            #expect(answer.headers[.cacheControl] == "no-store")
            let enrolled = try GatewayJSON.message(EnrolledGateway.self, from: Data(answer.text.utf8))
            #expect(enrolled.id == gateway.id.rawValue)
            #expect(enrolled.name == "lisbon-1")
            #expect(enrolled.site == "Lisbon")
            #expect(enrolled.endpoint == "[2001:db8::1]:51820")
            #expect(try await office.store.gateway(token: enrolled.token)?.publicKey == ConnectOffice.key(2))
            #expect(again.status == .forbidden)
            #expect(again.json("title") == "The code is unknown, was used, or is older than an hour.")
            #expect(try await office.store.gateway(gateway.id)?.publicKey == ConnectOffice.key(2))
        }
    }

    enum BadCode: CaseIterable {
        case wrong
        case empty
        case expired
        case renewed
    }

    @Test(arguments: BadCode.allCases)
    func `not by a bad code, which all look the same`(bad: BadCode) async throws {
        try await ConnectOffice.open { office in
            let (gateway, code) = try await Self.added(office)
            var shown = code
            switch bad {
            case .wrong: shown = String(code.reversed()) + "x"
            case .empty: shown = ""
            case .expired: office.clock.advance(3601)
            case .renewed: _ = try await office.store.renewCode(ofGateway: gateway.id, by: Self.by)
            }

            let answer = try await Self.enrol(office, shown, key: ConnectOffice.key(2))

            #expect(answer.status == .forbidden)
            #expect(answer.json("title") == "The code is unknown, was used, or is older than an hour.")
            #expect(answer.json("detail") == "Make a new code for the gateway in Manager, under Sites.")
            #expect(try await office.store.gateway(gateway.id)?.isEnrolled == false)
        }
    }

    @Test func `with a key of its own, or its code stays good`() async throws {
        try await ConnectOffice.open { office in
            let (_, code) = try await Self.added(office)

            for key in ["", "none", String(ConnectOffice.key(2).dropLast()), Data(count: 33).base64EncodedString()] {
                #expect(try await Self.enrol(office, code, key: key).status == .badRequest)
            }
            let taken = try await Self.enrol(office, code, key: office.berlinGateway.key)
            let good = try await Self.enrol(office, code, key: ConnectOffice.key(2))

            #expect(taken.status == .conflict)
            #expect(good.status == .created)
        }
    }

    @Test func `anew by a new code, which ends the machine before it`() async throws {
        try await ConnectOffice.open { office in
            let (id, key, token) = office.berlinGateway
            let code = try await office.store.renewCode(ofGateway: id, by: Self.by)
            #expect(try await office.store.gateway(token: token)?.publicKey == key)

            let answer = try await Self.enrol(office, code.value, key: ConnectOffice.key(2))

            #expect(answer.json("id") == id.rawValue)
            #expect(try await office.store.gateway(token: token) == nil)
            #expect(try await office.store.gateway(token: answer.json("token") ?? "")?.id == id)
        }
    }

    @Test func `by a message that the server understands`() async throws {
        try await ConnectOffice.open { office in
            for body in ["", "{}", #"{"code":"x"}"#, #"{"code":1,"public_key":2}"#] {
                let answer = try await office.post(GatewayPath.enrolment, Data(body.utf8), as: nil)
                #expect(answer.status == .badRequest)
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            let large = Data(#"{"code":"\#(String(repeating: "x", count: 5000))","public_key":""}"#.utf8)
            #expect(try await office.post(GatewayPath.enrolment, large, as: nil).status == .contentTooLarge)
        }
    }

    @Test func `after ten wrong codes from one source, a while later`() async throws {
        try await ConnectOffice.open { office in
            let (_, code) = try await Self.added(office)
            for number in 0..<10 {
                let answer = try await Self.enrol(office, "wrong-\(number)", key: ConnectOffice.key(2))
                #expect(answer.status == .forbidden)
            }

            let refused = try await Self.enrol(office, code, key: ConnectOffice.key(2))

            #expect(refused.status == .tooManyRequests)
            #expect(refused.json("title") == "Too many codes were tried from here.")
            let seconds = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
            #expect((1...6).contains(seconds))
        }
    }

    @Test func `as often as it likes with good codes`() async throws {
        try await ConnectOffice.open { office in
            for number in UInt8(20)..<32 {
                let code = try await office.store.renewCode(ofGateway: office.berlinGateway.id, by: Self.by)
                #expect(try await Self.enrol(office, code.value, key: ConnectOffice.key(number)).status == .created)
            }
        }
    }

    @Test func `from one source whatever others do, and again as time goes`() async throws {
        let time = Mutex(ContinuousClock.now)
        let limit = EnrolmentLimit { time.withLock { $0 } }
        for _ in 0..<10 { try await limit.admit("192.0.2.7") }

        await #expect(throws: Problem.self) { try await limit.admit("192.0.2.7") }
        try await limit.admit("192.0.2.8")
        time.withLock { $0 += .seconds(6) }
        try await limit.admit("192.0.2.7")
        await #expect(throws: Problem.self) { try await limit.admit("192.0.2.7") }
    }
}
