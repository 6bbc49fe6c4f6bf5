import Access
import Directory
import Foundation
import Storage
import Testing

@testable import ConnectServer

@Suite struct `The order in which a device tries gateways` {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private static func gateway(_ id: String, heard seconds: Double?, isEnrolled: Bool = true) throws -> Gateway {
        var fields: [String: Any] = [
            "id": id, "site": "berlin", "name": id, "endpoint": "192.0.2.1:51820", "refusedPackets": 0,
            "acknowledgedRevision": 0, "createdAt": now.timeIntervalSinceReferenceDate,
        ]
        fields["publicKey"] = isEnrolled ? "key" : nil
        fields["lastSeenAt"] = seconds.map { now.timeIntervalSinceReferenceDate - $0 }
        return try JSONDecoder().decode(Gateway.self, from: JSONSerialization.data(withJSONObject: fields))
    }

    private static func order(_ device: Device.ID, _ gateways: [Gateway]) -> [Gateway.ID] {
        GatewayOrder(now: now, device: device).sorted(gateways).map(\.id)
    }

    @Test func `has those first that were heard of lately, and none that is not enrolled`() throws {
        let gateways = try [
            Self.gateway("never", heard: nil), Self.gateway("silent", heard: 61),
            Self.gateway("new", heard: nil, isEnrolled: false),
            Self.gateway("a", heard: 60), Self.gateway("b", heard: 0),
        ]
        for number in 0..<20 {
            let order = Self.order(Device.ID("device-\(number)"), gateways)

            #expect(Set(order.prefix(2)) == ["a", "b"])
            #expect(Set(order.dropFirst(2)) == ["silent", "never"])
        }
    }

    @Test func `spreads devices, and moves only those of a gateway that is gone`() throws {
        let gateways = try ["a", "b", "c", "d"].map { try Self.gateway($0, heard: 1) }
        let devices = (0..<1000).map { Device.ID("device-\($0)") }
        let before = devices.map { Self.order($0, gateways) }

        for gateway in gateways {
            #expect((200...300).contains(before.count { $0.first == gateway.id }), "\(gateway.id)")
        }
        let after = devices.map { Self.order($0, gateways.filter { $0.id != "c" }) }
        #expect(after == before.map { $0.filter { $0 != "c" } })
    }
}
