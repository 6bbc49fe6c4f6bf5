import Access
import Directory
import Foundation
import HTTPTypes
import HummingbirdTesting
import Storage
import Testing

@Suite struct `A device` {
    private static let path = "/connect/v1/devices"

    @Test func `is enrolled by its public key, and is the same one the next time`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let key = ["public_key": ConnectOffice.key(10), "name": "ana-laptop", "platform": "linux"]

            let first = try await office.post(Self.path, key, as: token)
            let again = try await office.post(Self.path, key.merging(["name": "laptop"]) { $1 }, as: token)

            #expect(first.status == .created)
            #expect(first.json("name") == "ana-laptop")
            #expect(again.json("id") == first.json("id"))
            #expect(again.json("name") == "laptop")
            #expect(first.json("device_token")?.utf8.count == 43)
            #expect(again.json("device_token") != first.json("device_token"))
            #expect(try await office.store.devices(of: ConnectOffice.ana).count == 1)
        }
    }

    static let refusals: [(field: String, value: String, title: String)] = [
        ("public_key", "", "This is not a WireGuard public key."),
        ("public_key", "not base64 at all", "This is not a WireGuard public key."),
        ("public_key", Data(repeating: 7, count: 31).base64EncodedString(), "This is not a WireGuard public key."),
        ("public_key", Data(repeating: 7, count: 33).base64EncodedString(), "This is not a WireGuard public key."),
        ("public_key", Data(repeating: 0, count: 32).base64EncodedString(), "This is not a WireGuard public key."),
        ("public_key", ConnectOffice.key(10) + "\n", "This is not a WireGuard public key."),
        ("public_key", ConnectOffice.key(10) + "\nPostUp = id", "This is not a WireGuard public key."),
        ("name", "", "The device's name cannot be used."), ("name", "a\nb", "The device's name cannot be used."),
        ("name", "\u{1B}[2J", "The device's name cannot be used."),
        ("name", String(repeating: "x", count: 65), "The device's name cannot be used."),
        ("platform", "", "The device's name cannot be used."),
        ("platform", String(repeating: "x", count: 33), "The device's name cannot be used."),
    ]

    @Test(arguments: refusals)
    func `is refused where it is none`(row: (field: String, value: String, title: String)) async throws {
        try await ConnectOffice.open { office in
            var message = ["public_key": ConnectOffice.key(10), "name": "ana-laptop", "platform": "linux"]
            message[row.field] = row.value

            let answer = try await office.post(Self.path, message, as: office.token(of: ConnectOffice.ana))

            #expect(answer.status == .badRequest)
            #expect(answer.json("title") == row.title)
            #expect(try await office.store.devices(of: ConnectOffice.ana).isEmpty)
        }
    }

    @Test func `of another user is not taken over by its key`() async throws {
        try await ConnectOffice.open { office in
            let device = try await office.device(office.token(of: ConnectOffice.ana))

            let answer = try await office.post(
                Self.path,
                ["public_key": ConnectOffice.key(10), "name": "mine", "platform": "linux"],
                as: office.token(of: ConnectOffice.ben)
            )

            #expect(answer.status == .conflict)
            #expect(try await office.store.device(Device.ID(device))?.user == ConnectOffice.ana)
            #expect(try await office.store.device(Device.ID(device))?.name == "ana-laptop")
            #expect(try await office.store.devices(of: ConnectOffice.ben).isEmpty)
        }
    }

    @Test func `was seen when it connects`() async throws {
        try await ConnectOffice.open { office in
            let token = try await office.token(of: ConnectOffice.ana)
            let device = try await office.device(token)
            office.clock.advance(600)

            _ = try await office.connect(device, to: office.berlin.id, as: token)

            #expect(try await office.store.device(Device.ID(device))?.lastSeenAt == office.clock.now())
        }
    }
}
